"""The composition root: settings, the root URLs, the WSGI entry – and the only list of apps."""
