"""Draw a chart in a template."""

from django import template
from django.utils.safestring import SafeString

from maillage.core.charts import Chart, number, svg

register = template.Library()


@register.simple_tag
def chart_image(chart: Chart) -> SafeString:
    return svg(chart)


@register.filter
def figure(value: float | None) -> str:
    """« 33 200 », « 7,1 »; « – » when there is none."""
    return "–" if value is None else number(float(value))
