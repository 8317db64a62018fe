"""Bringing in an existing inventory: the file, its columns, the dry run, and what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import is_fragment
from accounts.policies import require
from governance import import_presenting as presenting
from governance.importing.csv_file import MOST_BYTES, NotATable
from governance.models import ImportBatch, ImportMapping
from governance.portfolio_forms import MappingForm
from governance.portfolio_policies import may_import
from governance.services import import_running, importing
from governance.services.inventory_export import as_csv
from governance.views.portfolio import as_file

Status = ImportBatch.Status
NO_FILE = "Choose a file first."
TOO_LARGE = "The file is larger than 10 MB. Split it and import the parts."
TOO_MANY = "Twenty of your files wait already. Finish or throw away one of them first."
TOO_MANY_MAPPINGS = "You keep fifty mappings already. Delete one that you do not use."
ELSEWHERE = "The import went on meanwhile, perhaps in another tab. This is how it stands."
NOT_YOURS = "Your role does not start interviews. Ask an administrator."


def _batch(request: HttpRequest, code: uuid.UUID) -> ImportBatch:
    """An import of one's own; 404 otherwise."""
    require(may_import(request.user), NOT_YOURS)
    own = ImportBatch.objects.filter(uploaded_by=request.user).select_related("uploaded_by")
    return get_object_or_404(own, code=code)


def _where(batch: ImportBatch) -> HttpResponse:
    """The page on which an import stands."""
    names = {Status.UPLOADED: "import-columns", Status.MAPPED: "import-check"}
    return redirect(f"governance:{names.get(Status(batch.status), 'import-result')}", batch.code)


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """One's imports, and the form for a file; a POST takes one."""
    require(may_import(request.user), NOT_YOURS)
    if request.method == "POST":
        return _upload(request)
    return render(request, "governance/imports.html", presenting.imports_page(request.user))


def _upload(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    problem, status = "", 422
    if file is None:
        problem = NO_FILE
    elif (file.size or 0) > MOST_BYTES:
        problem = TOO_LARGE
    else:
        try:
            batch = importing.take_file(name=file.name or "", content=file.read(), by=request.user)
            return redirect("governance:import-columns", batch.code)
        except NotATable as refusal:
            problem = str(refusal)
        except importing.TooManyImports:
            problem, status = TOO_MANY, 409
    context = presenting.imports_page(request.user) | {"problem": problem}
    return render(request, "governance/imports.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """The columns of the file and where each goes."""
    batch = _batch(request, code)
    if batch.status not in (Status.UPLOADED, Status.MAPPED):
        return _where(batch)
    if request.method != "POST":
        chosen = presenting.chosen_for(batch, request.GET.get("mapping", ""))
        return render(
            request, "governance/import_columns.html", presenting.columns_page(batch, chosen)
        )
    chosen = presenting.posted(batch, request.POST)
    deeds: dict[str, Callable[[], HttpResponse]] = {
        "save": lambda: _save_mapping(request, batch, chosen),
        "discard": lambda: _discard(request, batch),
    }
    try:
        return deeds.get(request.POST.get("action", ""), lambda: _choose(request, batch, chosen))()
    except importing.BadColumns as refusal:
        return _columns_again(request, batch, chosen, str(refusal))
    except importing.NotNow:
        messages.warning(request, ELSEWHERE)
        batch.refresh_from_db()
        return _where(batch)


def _choose(request: HttpRequest, batch: ImportBatch, chosen: list[str]) -> HttpResponse:
    importing.choose_columns(batch=batch, chosen=chosen, by=request.user)
    return redirect("governance:import-check", batch.code)


def _discard(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    importing.discard(batch=batch, by=request.user)
    messages.success(request, "The file is thrown away. Nothing was imported.")
    return redirect("governance:imports")


def _save_mapping(request: HttpRequest, batch: ImportBatch, chosen: list[str]) -> HttpResponse:
    form = MappingForm(request.POST)
    if not form.is_valid():
        return _columns_again(request, batch, chosen, str(form.errors["mapping_name"][0]))
    name = form.cleaned_data["mapping_name"]
    try:
        importing.save_mapping(name=name, batch=batch, chosen=chosen, by=request.user)
    except importing.TooManyImports:
        return _columns_again(request, batch, chosen, TOO_MANY_MAPPINGS)
    context = presenting.columns_page(batch, chosen)
    messages.success(request, f"The mapping “{name}” is kept for your next file of this kind.")
    return render(request, "governance/import_columns.html", context)


def _columns_again(
    request: HttpRequest, batch: ImportBatch, chosen: list[str], problem: str
) -> HttpResponse:
    context = presenting.columns_page(batch, chosen) | {
        "problem": problem,
        "mapping_name": request.POST.get("mapping_name", ""),
    }
    return render(request, "governance/import_columns.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """The dry run; a POST confirms it."""
    batch = _batch(request, code)
    if batch.status != Status.MAPPED:
        return _where(batch)
    try:
        if request.method == "POST":
            takes = request.POST.get("duplicates") == "yes"
            importing.confirm(batch=batch, takes_duplicates=takes, by=request.user)
            return redirect("governance:import-result", batch.code)
        context = presenting.check_page(batch)
    except importing.NotNow:
        messages.warning(request, ELSEWHERE)
        batch.refresh_from_db()
        return _where(batch)
    return render(request, "governance/import_check.html", context)


@require_safe
def result(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """How far it is, and what became of each line: a page, or the moving part alone."""
    batch = _batch(request, code)
    if batch.status in (Status.UPLOADED, Status.MAPPED):
        return _where(batch)
    context = presenting.result_page(batch, request.GET.get("page", ""))
    template = "_import_progress.html" if is_fragment(request) else "import_result.html"
    response = render(request, f"governance/{template}", context)
    response.headers["Vary"] = "HX-Request"
    return response


@require_safe
def result_file(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """What became of each line, as CSV."""
    batch = _batch(request, code)
    rows = batch.rows.values_list("line", "title", "state", "reason", "session__code")
    names = ("line", "name", "outcome", "reason", "case")
    return as_file(as_csv(names, rows.iterator()), f"import-{str(batch.code)[:8]}.csv")


@require_POST
def undo(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Takes the cases away again that nobody has worked on."""
    batch = _batch(request, code)
    try:
        import_running.request_undo(batch=batch, by=request.user)
    except importing.NotNow:
        messages.warning(request, ELSEWHERE)
    return redirect("governance:import-result", batch.code)


@require_POST
def mapping_forget(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Deletes a mapping of one's own."""
    require(may_import(request.user), NOT_YOURS)
    mapping = get_object_or_404(ImportMapping.objects.filter(owner=request.user), code=code)
    importing.forget_mapping(mapping=mapping, by=request.user)
    messages.success(request, f"The mapping “{mapping.name}” is deleted.")
    return redirect(reverse("governance:imports"))
