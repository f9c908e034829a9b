"""The command line: one file per command, each importing what is heavy only when it runs."""

from __future__ import annotations

import sys

import typer

from mmn_live.errors import MMNLiveError

app = typer.Typer(no_args_is_help=False, add_completion=False, pretty_exceptions_enable=False)


def main() -> None:
    """Run the command line; a deliberate error becomes one message and its exit status."""
    try:
        app()
    except MMNLiveError as error:
        if "--debug" in sys.argv:
            raise
        typer.echo(f"mmn-live: {error}", err=True)
        raise SystemExit(error.exit_status) from None
