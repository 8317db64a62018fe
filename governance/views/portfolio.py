"""The portfolio: every case that somebody may see, filtered, in order, as a page and as a file."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policies import require
from governance import portfolio_presenting as presenting
from governance.portfolio.asked import Asked
from governance.portfolio_forms import DescribeForm, PortfolioForm, ViewForm, options_of
from governance.portfolio_policies import may_describe
from governance.services import inventory, inventory_export, inventory_search, saved_views
from interviews.models import InterviewSession
from interviews.services import viewing

PAGE_SIZE = 50
NOT_YOURS = "Its owner, colleagues who may edit, and administrators say whose case it is."


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """The cases that fit, 50 at a time, with their exact number."""
    form = PortfolioForm(request.GET)
    if not form.is_valid():
        context = _frame(request, form, Asked())
        return render(request, "governance/portfolio.html", context, status=422)
    asked = form.asked()
    inventory.catch_up(request.user)
    return render(request, "governance/portfolio.html", _list(request, form, asked))


def _list(request: HttpRequest, form: PortfolioForm, asked: Asked) -> dict[str, Any]:
    found = inventory_search.in_order(inventory_search.find(request.user, asked), asked.order)
    page = Paginator(found.values_list("pk", flat=True), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    parts = asked.parts()

    def address(number: int) -> str:
        return f"?{urlencode(parts | {'page': number})}"

    return _frame(request, form, asked) | {
        "rows": presenting.case_rows(list(page.object_list)),
        "page": page,
        "total": page.paginator.count,
        "previous_url": address(page.number - 1) if page.has_previous() else "",
        "next_url": address(page.number + 1) if page.has_next() else "",
    }


def _frame(request: HttpRequest, form: PortfolioForm, asked: Asked) -> dict[str, Any]:
    """What the page shows whatever was found."""
    views = saved_views.usable_by(request.user).filter(owner=request.user)
    return {
        "form": form,
        "asked": asked,
        "query": asked.query,
        "chips": presenting.chips(asked),
        "hidden": [form[name] for name in PortfolioForm.HIDDEN],
        "departments": inventory_search.departments(request.user),
        "views": presenting.views_of(request.user, views),
        "is_open": bool(form.errors) or bool(PortfolioForm.FOLDED & set(asked.parts())),
    }


@require_safe
def portfolio_file(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same cases as CSV, without a limit."""
    form = PortfolioForm(request.GET)
    if not form.is_valid():
        context = _frame(request, form, Asked())
        return render(request, "governance/portfolio.html", context, status=422)
    inventory.catch_up(request.user)
    pieces = inventory_export.export(asked=form.asked(), by=request.user)
    return as_file(pieces, f"inventory-{timezone.now():%Y%m%d-%H%M%S}.csv")


def as_file(pieces: Any, name: str) -> StreamingHttpResponse:
    """A CSV file that is written while it is sent."""
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, session_code: uuid.UUID) -> HttpResponse:
    """One case as the inventory knows it; a POST says whose it is."""
    visible = InterviewSession.objects.visible_to(request.user)
    session = get_object_or_404(visible.select_related("owner"), code=session_code)
    viewing.note_view(session=session, by=request.user)
    if request.method == "POST":
        require(may_describe(request.user, session), NOT_YOURS)
        form = DescribeForm(request.POST)
        if form.is_valid():
            inventory.describe_case(session=session, **form.cleaned_data, by=request.user)
            messages.success(request, "The case says so from now on.")
            return redirect("governance:portfolio-case", session.code)
        return render(
            request, "governance/portfolio_case.html", _case(request, session, form), status=422
        )
    return render(request, "governance/portfolio_case.html", _case(request, session, None))


def _case(
    request: HttpRequest, session: InterviewSession, form: DescribeForm | None
) -> dict[str, Any]:
    entry = session.inventory_entry = inventory.entry_of(session)
    said = {"department": entry.department, "reference": entry.reference}
    return {
        "session": session,
        "row": presenting.case_row(session, dict(options_of("S1-09", "archetype"))),
        "levels": presenting.levels(entry),
        "scores": presenting.scores(entry),
        "areas": [one.replace("_", " ").capitalize() for one in entry.areas.split()],
        "form": form or DescribeForm(initial=said),
        "may_describe": may_describe(request.user, session),
        "departments": inventory_search.departments(request.user),
    }


@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Keeps the filters of the address under a name."""
    wanted, form = PortfolioForm(request.GET), ViewForm(request.POST)
    asked = wanted.asked() if wanted.is_valid() else Asked()
    back = f"{reverse('governance:portfolio')}?{asked.query}"
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for one in form.errors["name"]))
        return redirect(back)
    try:
        view = saved_views.save_view(**form.cleaned_data, asked=asked, by=request.user)
    except saved_views.TooManyViews:
        messages.error(request, "You keep fifty views already. Delete one that you do not use.")
        return redirect(back)
    link = request.build_absolute_uri(reverse("governance:portfolio-view", args=[view.code]))
    shared = f" Whoever may sign in here can use its link: {link}" if view.is_shared else ""
    messages.success(request, f"The view “{view.name}” is saved.{shared}")
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Leads to the list as somebody kept it; a POST by its owner deletes it."""
    found = get_object_or_404(saved_views.usable_by(request.user), code=code)
    if request.method == "POST":
        require(found.owner_id == request.user.pk, "Only whoever saved this view deletes it.")
        saved_views.forget_view(view=found, by=request.user)
        messages.success(request, f"The view “{found.name}” is deleted.")
        return redirect("governance:portfolio")
    return redirect(f"{reverse('governance:portfolio')}?{found.query}")
