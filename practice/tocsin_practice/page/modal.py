"""A form of an app to HTML: a dialog with its title, blocks and buttons; and an app's home tab."""

from tocsin_practice.model import View
from tocsin_practice.page import blocks
from tocsin_practice.page.controls import composition
from tocsin_practice.page.markup import Html, tag
from tocsin_practice.page.scene import Author, avatar
from tocsin_practice.page.surface import Surface


def draw(view: View, surface: Surface, app: Author, *, depth: int = 1) -> Html:
    """The form that a person sees; `depth` counts the forms open, this one included."""
    payload = view.payload
    title_id = f"title-{view.id}"
    return tag(
        "dialog",
        tag(
            "form",
            _head(view, app, title_id, depth),
            tag("div", "", class_="modal-trouble", role="alert", hidden=True),
            tag("div", blocks.draw(payload.get("blocks") or (), surface), class_="modal-body", tabindex="-1"),
            _foot(view),
            method="dialog",
            novalidate=True,
        ),
        class_="modal",
        id=f"view-{view.id}",
        aria_labelledby=title_id,
        data_surface="view",
        data_view=view.id,
        data_root=payload.get("root_view_id"),
    )


def home(view: View, surface: Surface) -> Html:
    """An app's home tab."""
    drawn = blocks.draw(view.payload.get("blocks") or (), surface)
    return tag("div", drawn, class_="home", data_surface="view", data_view=view.id)


def _head(view: View, app: Author, title_id: str, depth: int) -> Html:
    back = _button("←", "close", "Back") if depth > 1 else None
    title = composition(view.payload.get("title")) or app.name
    return tag(
        "header",
        back,
        avatar(app, size="small"),
        tag("h2", title, id=title_id),
        _button("✕", "close-all" if depth > 1 else "close", "Close"),
        class_="modal-head",
    )


def _button(mark: str, act: str, label: str) -> Html:
    shown = tag("span", mark, aria_hidden="true")
    return tag("button", shown, type="button", class_="btn-plain", data_act=act, aria_label=label)


def _foot(view: View) -> Html:
    submit = composition(view.payload.get("submit"))
    close = composition(view.payload.get("close")) or ("Cancel" if submit else "Close")
    return tag(
        "footer",
        tag("button", close, type="button", class_="btn", data_act="close"),
        tag("button", submit, type="submit", class_="btn btn-primary", data_act="submit") if submit else None,
        class_="modal-actions",
    )
