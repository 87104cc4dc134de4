"""Turns templates into pages. Everything that a template prints is escaped; a name it does not know is an error."""

from datetime import datetime

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from streams.console import times, waiting, words
from streams.console.access import form_token
from streams.console.parts import parts_of
from streams.console.standing import shortened, standing
from streams.console.user import May, User

_TEMPLATES = Environment(
    loader=PackageLoader("streams.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals.update(May=May, words=words, times=times, waiting=waiting, standing=standing, shortened=shortened)
_TEMPLATES.tests["on_screen_only"] = words.on_screen_only
_TEMPLATES.tests["moment"] = lambda value: isinstance(value, datetime)


def page(request: Request, template: str, *, user: User | None, status: int = 200, **shown: object) -> HTMLResponse:
    """A page, or a part of one, for `user` (None: nobody is signed in)."""
    parts = parts_of(request)
    html = _TEMPLATES.get_template(template).render(
        user=user,
        csrf=form_token(request),
        feed=parts.feed.status,
        now=parts.now(),
        path=request.url.path,
        glass_until=getattr(request.state, "glass_until", None),
        **shown,
    )
    return HTMLResponse(html, status_code=status)
