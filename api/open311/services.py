"""Categories as services: what a client shows its user before a report is made."""

from __future__ import annotations

from api.language import Language, Words
from api.open311.models import Attribute, Definition, Service
from domain.context import Context
from domain.policy import Category, UnknownCategory

__all__ = ["definition_of", "name_of", "service_of", "services"]

_REPORTS = Words("Phản ánh, kiến nghị", "Reports")
_CONFIDENTIAL = Words("Bảo mật danh tính", "Identity protected")
_NOTHING_KEPT = Words(
    "Không lưu danh tính của người phản ánh.", "Who reports is never kept for this service."
)
_ABOUT_BODY = Words(
    "Cơ quan bị phản ánh, dạng unit:26737; cơ quan này sẽ không xử lý. Bỏ trống nếu không có.",
    "The body that is complained about, as unit:26737: it will not handle the report. Leave it "
    "empty if there is none.",
)


def services(context: Context, language: Language) -> list[Service]:
    """The services of the policy in force, in its order."""
    return [service_of(category, language) for category in context.pack.categories]


def service_of(category: Category, language: Language) -> Service:
    """A category as a service. Those for which no identity is kept are a group of their own."""
    name, group = Words(category.vi, category.en), _REPORTS
    description = name
    if category.confidential:
        group, description = _CONFIDENTIAL, _NOTHING_KEPT
    return Service(
        service_code=category.id,
        service_name=name.said_in(language),
        description=description.said_in(language),
        metadata=True,
        keywords=", ".join(dict.fromkeys((category.vi, category.en, category.id))),
        group=group.said_in(language),
    )


def definition_of(category: Category, language: Language) -> Definition:
    """What a form asks: whether the report complains about a body."""
    about = Attribute(
        variable=True,
        code="about_body",
        datatype="string",
        required=False,
        order=1,
        description=_ABOUT_BODY.said_in(language),
    )
    return Definition(service_code=category.id, attributes=(about,))


def name_of(category_id: str, context: Context, language: Language) -> str:
    """The name of a category, also of one that only an earlier policy has; else its id."""
    book = context.law.book
    for pack in (context.pack, *reversed(book.packs), *book.apart):
        try:
            category = pack.category(category_id)
        except UnknownCategory:
            continue
        return Words(category.vi, category.en).said_in(language)
    return category_id
