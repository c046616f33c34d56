"""Static files, those of a browser side that was built anew while the server runs included."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotFound
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]


class BuiltFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise looks through the folders once, when the server starts; this looks again for what it does not know.

    A file of an older build, asked for by a page that was opened before, is answered with 404.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The file, or what the rest of the product answers."""
        path = request.path_info
        if not path.startswith(settings.STATIC_URL):
            answered: HttpResponseBase = self.get_response(request)
            return answered
        found = self.files.get(path) or self.find_file(path)
        if found is None:
            return HttpResponseNotFound()
        self.files[path] = found
        try:
            served: HttpResponseBase = self.serve(found, request)
        except FileNotFoundError:
            del self.files[path]
            return HttpResponseNotFound()
        return served
