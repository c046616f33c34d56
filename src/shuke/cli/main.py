"""``shuke``: every command, and the one place where its errors become a line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import update_wrapper
from typing import Any

import click

from shuke.kernel.errors import ShukeError


def main() -> None:
    """The console script. Exit codes: 0 done, 1 failed, 2 wrong input, 3 not allowed, 4 not found, 130 interrupted."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuke.config.settings")
    try:
        code = cli.main(prog_name="shuke", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except ShukeError as error:
        click.echo(f"shuke: {error}", err=True)
        sys.exit(error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def with_product(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run the command with Django set up and, where it is ours to run, the embedded database running."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        from shuke.cli.product import database

        with database():
            return command(*args, **kwargs)

    return update_wrapper(wrapped, command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shuke")
def cli() -> None:
    """Shuke 熟客 – the customer relationship system. Set PORT, DATABASE_URL, SHUKE_DATA… in the environment."""


@cli.command()
@click.option("--host", help="Address to listen on (default SHUKE_HOST or 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (default PORT or 8000).")
@click.option("--workers", type=click.IntRange(1, 128), help="Web processes (default SHUKE_WORKERS or 2).")
@click.option("--with-demo", is_flag=True, help="Make the demo company first if the database is empty; print sign-ins.")
def serve(host: str | None, port: int | None, workers: int | None, with_demo: bool) -> int:
    """Serve the product: database, migrations, web and jobs, until Ctrl-C."""
    from shuke.cli.serving import serve as run

    return run(host=host, port=port, workers=workers, with_demo=with_demo)


@cli.command()
def worker() -> None:
    """Work on queued and scheduled jobs, until Ctrl-C."""
    from shuke.cli.processes import give_way, run_worker
    from shuke.cli.product import database

    give_way()
    with database():
        run_worker()


@cli.command()
@click.option("--host", help="Address to listen on (default SHUKE_HOST or 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (default PORT or 8000).")
@click.option("--workers", type=click.IntRange(1, 128), help="Web processes (default SHUKE_WORKERS or 2).")
def web(host: str | None, port: int | None, workers: int | None) -> None:
    """Answer browsers only, until Ctrl-C; for installations that run web and jobs apart. Migrates nothing."""
    from shuke.cli.processes import run_web, was_started
    from shuke.cli.product import database

    # `serve` has the database running already, and the workers set Django up: two seconds sooner without it.
    with nullcontext() if was_started() else database():
        run_web(host, port, workers)


@cli.command()
@with_product
def migrate() -> None:
    """Bring the database to this version. Several may try at once: one works, the others wait."""
    from shuke.cli.product import migrate as run

    run(click.echo)


@cli.command()
@click.option("--customers", type=click.IntRange(1, 10_000_000), default=2000, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed makes the same company.")
@click.option("--offices", type=click.IntRange(0, 45), default=0, help="Branch offices, 25 people in 5 units each.")
@click.option("--reset", is_flag=True, help="Throw away ALL data of this database first.")
@with_product
def demo(customers: int, seed: int, offices: int, reset: bool) -> None:
    """Fill the database with a believable company."""
    from shuke.cli.product import make_demo

    make_demo(customers=customers, seed=seed, offices=offices, reset=reset, echo=click.echo)


@cli.command()
@click.argument("login")
@click.option("--name", default="", help="The person's name (default: the login).")
@with_product
def createadmin(login: str, name: str) -> None:
    """Create an administrator and print a random password, once."""
    from shuke.cli.product import create_admin

    click.echo(create_admin(login, name or login))


@cli.command()
@click.argument("login")
@click.option("--label", default="command line", show_default=True, help="What the user's list of tokens will call it.")
@with_product
def token(login: str, label: str) -> None:
    """Print a new API token of the user, and nothing else."""
    from shuke.cli.product import issue_token

    click.echo(issue_token(login, label))


@cli.command()
def doctor() -> int:
    """Check this installation and say what to do about what is wrong. Exit code 1 when something must be mended."""
    from shuke.cli.doctor import examine

    return examine(click.echo)


@cli.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@with_product
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's management commands, e.g. `shuke manage check`."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["shuke manage", *arguments])


if __name__ == "__main__":
    main()
