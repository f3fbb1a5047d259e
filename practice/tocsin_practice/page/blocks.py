"""Block Kit to HTML: every kind of block, in messages and in modals."""

from collections.abc import Callable, Mapping, Sequence

from tocsin_practice.model import Json
from tocsin_practice.page import elements, markdown, mrkdwn, rich_text
from tocsin_practice.page.controls import composition
from tocsin_practice.page.markup import EMPTY, Html, classes, join, tag
from tocsin_practice.page.surface import Place, Surface, element_id

Drawer = Callable[[Json, Surface], Html]


def draw(blocks: Sequence[Json], surface: Surface) -> Html:
    """All blocks, one under the other."""
    return tag("div", [_block(block, surface) for block in blocks], class_="blocks")


def _block(block: Json, surface: Surface) -> Html:
    kind = str(block.get("type"))
    drawer = DRAWERS.get(kind)
    drawn = drawer(block, surface) if drawer else _unknown(kind)
    return tag("div", drawn, class_=f"block block-{kind}", data_block_id=block.get("block_id"))


def _unknown(kind: str) -> Html:
    return tag("span", f"This page does not draw {kind} blocks.", class_="unknown")


def _place(block: Json, surface: Surface) -> Place:
    return Place(surface, str(block.get("block_id", "")))


def _words(part: object, surface: Surface) -> Html:
    return elements.words(part, Place(surface, ""))


def _header(block: Json, _surface: Surface) -> Html:
    return tag("h3", composition(block.get("text")))


def _section(block: Json, surface: Surface) -> Html:
    text = block.get("text")
    fields = [tag("div", _words(part, surface), class_="field-cell") for part in block.get("fields") or ()]
    body = tag(
        "div",
        tag("div", _words(text, surface), class_="words") if text else None,
        tag("div", fields, class_="field-grid") if fields else None,
        class_="section-body",
    )
    accessory = block.get("accessory")
    if not isinstance(accessory, dict):
        return body
    drawn = elements.draw(accessory, _place(block, surface))
    return join(body, tag("div", drawn, class_="accessory"))


def _divider(_block: Json, _surface: Surface) -> Html:
    return tag("hr")


def _context(block: Json, surface: Surface) -> Html:
    return join(
        elements.image(part) if part.get("type") == "image" else tag("span", _words(part, surface))
        for part in block.get("elements") or ()
    )


def _actions(block: Json, surface: Surface) -> Html:
    place = _place(block, surface)
    return join(
        tag("div", elements.draw(part, place), class_="action") for part in block.get("elements") or ()
    )


def _input(block: Json, surface: Surface) -> Html:
    element = block.get("element") or {}
    block_id, action_id = str(block.get("block_id", "")), str(element.get("action_id", ""))
    bare = Place(surface, block_id)
    hint, error = composition(block.get("hint")), surface.errors.get(block_id)
    hint_id, error_id = (element_id(bare, action_id, suffix) for suffix in ("-hint", "-error"))
    place = Place(
        surface,
        block_id,
        dispatches=bool(block.get("dispatch_action")),
        described_by=classes(error_id if error else None, hint_id if hint else None) or None,
        required=not block.get("optional"),
        labelled=True,
    )
    optional = tag("span", " (optional)", class_="optional") if block.get("optional") else None
    label = tag(
        "label",
        composition(block.get("label")),
        optional,
        for_=element_id(bare, action_id),
        id=element_id(bare, action_id, "-label"),
    )
    return join(
        label,
        elements.draw(element, place),
        tag("p", error, class_="error", id=error_id, role="alert") if error else None,
        tag("p", hint, class_="hint", id=hint_id) if hint else None,
    )


def _image(block: Json, surface: Surface) -> Html:
    title = block.get("title")
    caption = tag("figcaption", _words(title, surface)) if title else None
    return tag("figure", caption, elements.image(block))


def _rich_text(block: Json, surface: Surface) -> Html:
    return rich_text.draw(block, surface.viewer)


def _markdown(block: Json, _surface: Surface) -> Html:
    return markdown.draw(str(block.get("text", "")))


def _table(block: Json, surface: Surface) -> Html:
    rows = list(block.get("rows") or ())
    if not rows:
        return EMPTY
    settings = list(block.get("column_settings") or ())
    head = tag("thead", tag("tr", _cells(rows[0], "th", settings, surface)))
    body = tag("tbody", [tag("tr", _cells(row, "td", settings, surface)) for row in rows[1:]])
    table = tag("table", head, body)
    return tag("div", table, class_="table-scroll", tabindex="0", role="region", aria_label="Table")


def _cells(row: Sequence[Json], name: str, settings: Sequence[Json | None], surface: Surface) -> Html:
    return join(
        tag(name, _cell(cell, surface), class_=_column(settings[at] if at < len(settings) else None))
        for at, cell in enumerate(row)
    )


def _cell(cell: Json, surface: Surface) -> Html | str:
    if cell.get("type") == "rich_text":
        return rich_text.draw(cell, surface.viewer)
    return str(cell.get("text", cell.get("value", "")))


def _column(setting: Json | None) -> str | None:
    setting = setting or {}
    align = setting.get("align")
    return (
        classes(
            f"align-{align}" if align in {"center", "right"} else None,
            "wrapped" if setting.get("is_wrapped") else None,
        )
        or None
    )


def _video(block: Json, surface: Surface) -> Html:
    title = composition(block.get("title")) or "Video"
    target = str(block.get("title_url") or block.get("video_url") or "")
    about = block.get("description")
    return join(
        tag("div", "▶ ", mrkdwn.link(target, title), class_="video-title"),
        tag("div", _words(about, surface), class_="muted") if about else None,
    )


def _file(block: Json, _surface: Surface) -> Html:
    return tag("div", "📄 ", str(block.get("external_id", "A file from elsewhere")), class_="muted")


DRAWERS: Mapping[str, Drawer] = {
    "header": _header,
    "section": _section,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "context_actions": _actions,
    "input": _input,
    "image": _image,
    "rich_text": _rich_text,
    "markdown": _markdown,
    "table": _table,
    "video": _video,
    "file": _file,
}
