"""What a template asks of the table of roles."""

from django import template
from django.http import HttpRequest

from maillage.spaces.access import may_here
from maillage.spaces.queries import vocabulary_keepers

register = template.Library()


@register.filter
def may(request: HttpRequest, act: str) -> bool:
    """`{% if request|may:"space.administer" %}`: whether the reader may do the act in this space."""
    return may_here(request, act)


register.simple_tag(vocabulary_keepers)
