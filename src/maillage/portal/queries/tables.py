"""The tables every space shares: terms, synonyms, rules of the ESS perimeter."""

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from maillage.structures.enums import Axis
from maillage.structures.models import Activity, LegalCategory, Structure, Synonym, Term

PAGE_SIZE = 60


def axes() -> list[tuple[str, str, int]]:
    """Each axis with its label and the number of its terms in use."""
    rows = Term.objects.filter(ended_on__isnull=True).values_list("axis").annotate(n=Count("pk"))
    counts = dict(rows.order_by())
    return [(axis.value, str(axis.label), counts.get(axis.value, 0)) for axis in Axis]


def terms_of(axis: str) -> list[Term]:
    """Terms of an axis, children after their parent, each with `structure_count`."""
    held = "labels__structure" if axis == Axis.LABEL else "structure_terms"
    terms = list(
        Term.objects.filter(axis=axis)
        .annotate(structure_count=Count(held, distinct=True))
        .order_by("position", "label")
    )
    children: dict[int | None, list[Term]] = {}
    for term in terms:
        children.setdefault(term.parent_id, []).append(term)
    return [one for root in children.get(None, []) for one in (root, *children.get(root.pk, []))]


def synonyms() -> QuerySet[Synonym]:
    return Synonym.objects.order_by("words")


def legal_categories(q: str, page: int) -> Page[LegalCategory]:
    """Legal forms whose code begins with `q` or whose label holds it, with `structure_count`."""
    rows = LegalCategory.objects.filter(Q(code__startswith=q) | Q(label__icontains=q))
    found = Paginator(rows.order_by("code"), PAGE_SIZE).get_page(page)
    counts = dict(
        Structure.objects.unmerged()
        .filter(legal_category__in=[row.code for row in found])
        .values_list("legal_category")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for row in found:
        row.structure_count = counts.get(row.code, 0)  # type: ignore[attr-defined]
    return found


def activities(q: str, page: int) -> Page[Activity]:
    rows = Activity.objects.filter(Q(code__istartswith=q) | Q(label__icontains=q))
    ordered = rows.select_related("sector").order_by("-nomenclature", "code")
    return Paginator(ordered, PAGE_SIZE).get_page(page)
