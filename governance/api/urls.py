"""Addresses of charters and decisions; mounted below /api/v1/ and /api/."""

from __future__ import annotations

from django.urls import path

from governance.api import (
    bundles,
    charters,
    comparing,
    crosswalk,
    issuing,
    outlook,
    portfolio_urls,
    review_urls,
    rule_proposals,
    sharing,
)

ONE = "charters/<code:code>"
REVISION = f"{ONE}/revisions/<int:number>"
PROPOSAL = "rules/proposals/<code:code>"
SESSION = "sessions/<code:code>"

urlpatterns = [
    *review_urls.urlpatterns,
    path("charters", charters.Charters.as_view(), name="charters"),
    path(ONE, charters.OneCharter.as_view(), name="charter"),
    path(f"{ONE}/compare", comparing.Compare.as_view(), name="charter-compare"),
    path(f"{ONE}/download", charters.Download.as_view(), name="charter-download"),
    path(f"{ONE}/exports/<code:export>", charters.OneExport.as_view(), name="charter-export"),
    path(f"{ONE}/links", sharing.ShareLinks.as_view(), name="share-links"),
    path(f"{ONE}/links/<code:link>", sharing.OneShareLink.as_view(), name="share-link"),
    path(
        f"{ONE}/links/<code:link>/revoke", sharing.RevokedLink.as_view(), name="share-link-revoke"
    ),
    path(f"{ONE}/revisions", charters.Revisions.as_view(), name="revisions"),
    path(REVISION, charters.OneRevision.as_view(), name="revision"),
    path(f"{REVISION}/crosswalk", crosswalk.Crosswalk.as_view(), name="revision-crosswalk"),
    path("rules", crosswalk.InForce.as_view(), name="rules"),
    path("rules/backtest", crosswalk.Backtest.as_view(), name="rules-backtest"),
    path("rules/proposals", rule_proposals.Proposals.as_view(), name="rule-proposals"),
    path(PROPOSAL, rule_proposals.OneProposal.as_view(), name="rule-proposal"),
    path(f"{PROPOSAL}/publish", rule_proposals.Publication.as_view(), name="rule-publish"),
    path(f"{PROPOSAL}/backtest", rule_proposals.AnotherTest.as_view(), name="rule-backtest"),
    path(f"{PROPOSAL}/withdraw", rule_proposals.ProposalWithdrawal.as_view(), name="rule-withdraw"),
    path(f"{REVISION}/bundle", bundles.Bundle.as_view(), name="decision-bundle"),
    path(f"{REVISION}/decision", charters.OneDecision.as_view(), name="revision-decision"),
    path(
        f"{REVISION}/decision/counterfactuals",
        outlook.Counterfactuals.as_view(),
        name="counterfactuals",
    ),
    path(f"{REVISION}/decision/stability", outlook.Steadiness.as_view(), name="stability"),
    path(f"{REVISION}/precedents", outlook.Precedents.as_view(), name="precedents"),
    path(f"{SESSION}/charter/generate", issuing.Generate.as_view(), name="charter-generate"),
    path(f"{SESSION}/decision", issuing.Preview.as_view(), name="session-decision"),
    path(f"{SESSION}/decision/range", outlook.DecisionRange.as_view(), name="decision-range"),
    *portfolio_urls.urlpatterns,
]
