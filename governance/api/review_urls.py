"""Addresses of reviews, comments and committees; mounted with those of charters."""

from __future__ import annotations

from django.urls import path

from governance.api import commitments, committees, review_changes, reviews, threads

CHARTER = "charters/<code:code>"
REVIEW = "reviews/<code:code>"
COMMITTEE = "committees/<code:code>"

urlpatterns = [
    path(f"{CHARTER}/standing", reviews.CharterStanding.as_view(), name="charter-standing"),
    path(f"{CHARTER}/reviews", reviews.RequestedReviews.as_view(), name="charter-reviews"),
    path(f"{CHARTER}/retirement", reviews.Retirement.as_view(), name="charter-retirement"),
    path(f"{CHARTER}/threads", threads.Threads.as_view(), name="threads"),
    path(f"{CHARTER}/commitments", commitments.Commitments.as_view(), name="commitments"),
    path(f"{CHARTER}/incidents", commitments.Incidents.as_view(), name="incidents"),
    path("commitments/<code:code>", commitments.OneCommitment.as_view(), name="commitment"),
    path("commitments/<code:code>/readings", commitments.Readings.as_view(), name="readings"),
    path("reviews", reviews.Reviews.as_view(), name="reviews"),
    path(REVIEW, reviews.OneReview.as_view(), name="review"),
    path(f"{REVIEW}/votes", reviews.Votes.as_view(), name="review-votes"),
    path(f"{REVIEW}/ruling", reviews.OneRuling.as_view(), name="review-ruling"),
    path(f"{REVIEW}/changes", review_changes.Changes.as_view(), name="review-changes"),
    path(f"{REVIEW}/withdraw", reviews.Withdrawal.as_view(), name="review-withdraw"),
    path("threads/<code:code>", threads.OneThread.as_view(), name="thread"),
    path("threads/<code:code>/comments", threads.Comments.as_view(), name="thread-comments"),
    path("comments/<code:code>", threads.OneComment.as_view(), name="comment"),
    path("committees", committees.Committees.as_view(), name="committees"),
    path(COMMITTEE, committees.OneCommittee.as_view(), name="committee"),
    path(f"{COMMITTEE}/seats", committees.Seats.as_view(), name="seats"),
    path(f"{COMMITTEE}/seats/<code:person>", committees.OneSeat.as_view(), name="seat"),
]
