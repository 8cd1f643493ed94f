"""Whether to offer importing to a reader."""

from django import template

from agencies.models import User
from agencies.roles import MASTER_ROLES
from reports.status import FILLERS

register = template.Library()


@register.filter
def may_import(user: User) -> bool:
    """Whether `user` may import for some agency or region."""
    return user.is_superuser or any(seat.role in {*FILLERS, *MASTER_ROLES} for seat in user.seats)
