"""Pictures of the portfolio; each with its table and a file, and each part leads to its cases."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from governance import portfolio_presenting as presenting
from governance.portfolio.asked import Asked
from governance.portfolio.svg import Link
from governance.portfolio_forms import PortfolioForm
from governance.services import inventory, inventory_search, portfolio_figures
from governance.services.inventory_export import as_csv
from governance.views.portfolio import as_file


def _link(asked: Asked) -> Link:
    """The list of cases behind a part of a picture."""
    base = reverse("governance:portfolio")
    return lambda **parts: f"{base}?{asked.with_parts(**parts)}"


@require_safe
def pictures(request: HttpRequest) -> HttpResponse:
    """All pictures of the cases that fit."""
    form = PortfolioForm(request.GET)
    is_valid = form.is_valid()
    asked = form.asked() if is_valid else Asked()
    inventory.catch_up(request.user)
    figures = (
        portfolio_figures.all_figures(user=request.user, asked=asked, link=_link(asked))
        if is_valid
        else []
    )
    context = {
        "form": form,
        "asked": asked,
        "query": asked.query,
        "chips": presenting.chips(asked),
        "hidden": [form[name] for name in PortfolioForm.HIDDEN],
        "departments": inventory_search.departments(request.user),
        "is_open": bool(form.errors) or bool(PortfolioForm.FOLDED & set(asked.parts())),
        "figures": figures,
        "is_empty": not any(one.svg for one in figures),
    }
    return render(request, "governance/pictures.html", context, status=200 if is_valid else 422)


@require_safe
def picture_file(request: HttpRequest, figure: str) -> HttpResponse:
    """The table of one picture as CSV."""
    form = PortfolioForm(request.GET)
    if figure not in portfolio_figures.FIGURES or not form.is_valid():
        raise Http404
    asked = form.asked()
    made = portfolio_figures.figure(figure, user=request.user, asked=asked, link=_link(asked))
    rows = (cells for cells, _ in made.lines)
    return as_file(as_csv(made.columns, rows), f"portfolio-{figure}.csv")
