"""Shapes of fact in a text: figures, money, periods, dates, limits, changes, names."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: What a shape finder yields: name of the signal, start, end.
Shape = tuple[str, int, int]

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,   ]\d{3})*(?:[.,]\d+)?")
_CURRENCY = (
    r"(?:[€$£¥₹]|(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|CAD|AUD|NZD|JPY|CNY|INR|KES|NGN|ZAR"
    r"|BRL|MXN|SGD|HKD|AED|TRY|UAH|Rs|kr|zł|euros?|dollars?|pounds?|cents?|francs?|kroner|kronor"
    r"|yen|rupees?|rand|pesos?)\b)"
)
_MONEY_BEFORE = re.compile(rf"(?:{_CURRENCY})\s?$")
_MONEY_AFTER = re.compile(
    rf"\s?(?:(?:k|K|m|M|bn|mn|million|billion|thousand|mio|Mio|Mrd)\b\.?\s?)?{_CURRENCY}"
)
#: "EUR 4 k" is caught above; a bare "4 k" is nearly always money as well.
_THOUSANDS = re.compile(r"\s?[kK]\b(?!\s?[^\W\d_])")
_PERCENT = re.compile(
    r"\s?(?:%|‰|percent|per cent|pct|percentage points?|pp\b|Prozent|pour cent)", re.IGNORECASE
)
_DURATION = re.compile(
    r"\s?-?(?:ms|milliseconds?|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?"
    r"|(?:working |business |calendar )?days?|nights?|weeks?|wks?|months?|mo|quarters?"
    r"|years?|yrs?|shifts?|Stunden?|Tagen?|Wochen?|Monaten?|Minuten|Jahren?"
    r"|jours?|semaines?|mois|heures?|ans)(?![\w'])",
    re.IGNORECASE,
)
_UNIT_NOUN = re.compile(r"[\s-]?(?:k|m|M|bn|million|billion|thousand)?[\s-]?([^\W\d_]{2,}|m[²³]|°)")
_PER = re.compile(r"\s?(?:/|per\b|an?\b|out of\b|of\b|in\b|je\b|pro\b|par\b)")
_LIMIT_BEFORE = re.compile(
    r"(?:[<>≤≥=±]|\b(?:at least|at most|no more than|no less than|no fewer than|more than|less than"
    r"|fewer than|lower than|higher than|greater than|longer than|below|under|above|over|beyond"
    r"|exceed\w*|within|up to|within|until|minimum|maximum|max|min|limit\w*|reach\w*|threshold\w*"
    r"|floor|ceiling|cap|capped|target\w*|beat|past|drops?|falls?|rises?|plus|minus|by"
    r"|mindestens|höchstens|unter|über|moins de|plus de))[\s~+−:-]*(?:[\w'%€$£]{1,14} ){0,2}?"
    r"(?:of |to |is |about |by )?(?:[€$£]|EUR |USD |GBP )?[−+-]?\s?$",
    re.IGNORECASE,
)
_LIMIT_AFTER = re.compile(
    r".{0,14}?\b(?:or more|or less|or fewer|or higher|or lower|or above"
    r"|or below|at most|at least|in a row|limit|maximum|minimum)\b"
)
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|Januar|Februar|März|Mai|Juni|Juli"
    r"|Oktober|Dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre"
    r"|décembre)"
)
_DATES = re.compile(
    rf"\b\d{{4}}-\d{{2}}(?:-\d{{2}})?\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b"
    rf"|\b(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s)?)?{_MONTH}\.?(?:\s\d{{1,2}}(?:st|nd|rd|th)?,?)?"
    rf"(?:\s(?:19|20)\d\d)?\b|\bQ[1-4](?:[\s/-]?(?:19|20)\d\d)?\b|\bFY\s?\d{{2,4}}\b"
    r"|\b(?:19|20)\d\d(?:\s?[-/–]\s?(?:19|20)?\d\d)?\b"
    r"|\b(?:by|before|until|end of|start of|from|next|this|last|since|in)\s(?:the\s)?(?:end of\s)?"
    r"(?:next\s|this\s|last\s|late\s|early\s)?(?:spring|summer|autumn|winter|year-end|year end|harvest|season"
    r"|semester|term|fiscal year|financial year|quarter)\b",
)
_NOT_A_MONTH = re.compile(r"(?:May|Mar|mars|March)$")
_PERIOD = re.compile(
    r"(?:\b(?:a|an|per|each|every|one|last|this|past|previous|next|pro|par|je)\s|/\s?)"
    r"(?:\d+\s|other\s|working\s|fiscal\s|school\s|calendar\s|two\s|three\s|four\s|six\s)?"
    r"(?:second|minute|min|hour|h|day|night|shift|week|weekend|fortnight|month|quarter|year|season"
    r"|term|semester|sprint|decade|harvest|winter|summer|spring|autumn|run|cycle|Monday|Tuesday"
    r"|Wednesday|Thursday|Friday|Saturday|Sunday|morning|evening|Tag|Woche|Monat|Jahr|jour|semaine"
    r"|mois|an|d|wk|yr|mo)s?\b|\b(?:daily|nightly|weekly|fortnightly|monthly|quarterly|annual(?:ly)?"
    r"|yearly|hourly|overnight|biweekly|bi-weekly|twice a|once a|year on year|täglich|wöchentlich"
    r"|monatlich|jährlich)\b|\bsince\s(?:\w+\s)?(?:19|20)\d\d|\b(?:19|20)\d\d\b|\bp\.?a\.?\b"
    r"|\bin (?:\d+|two|three|six|twelve) (?:days|weeks|months|years)\b|\b(?:last|this) (?:year|month)",
    re.IGNORECASE,
)
_RHYTHM = re.compile(
    r"\b(?:every|each|once an?|twice an?|once per|per)\s(?:\d+(?:[.,]\d+)?\s|other\s|two\s|three\s"
    r"|four\s|six\s|working\s|first\s|second\s|third\s|last\s){0,2}"
    r"(?:seconds?|minutes?|min|hours?|h|days?|nights?|shifts?|weeks?|fortnight|months?|quarters?"
    r"|years?|season|term|semester|sprint|release|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday"
    r"|Sunday|morning|evening|afternoon|run|batch|meeting|harvest|payday)\b"
    r"|\b(?:daily|nightly|weekly|fortnightly|monthly|quarterly|annually|annual|yearly|hourly"
    r"|biweekly|bi-weekly|Mondays|Tuesdays|Wednesdays|Thursdays|Fridays|Sundays|täglich"
    r"|wöchentlich|monatlich|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\bfrom\s[^.;\n]{0,24}?\d[^.;\n]{0,40}?\s(?:to|down to|up to|towards?)\s[^.;\n]{0,16}?\d"
    r"|(?<![\d.,])\d[\d.,]{0,20}\s?[^\s\d]{0,12}(?:\s[^\s\d()]{1,12})?(?:\s\([^)\n]{1,40}\))?\s?(?:→|->|=>)\s?[^\s\d]{0,6}\s?\d"
    r"|(?<![\d.,])\d[\d.,]{0,20}\s?%?\s(?:to|down to)\s\d"
    r"|\d[^.;\n]{0,20}\b(?:now|today|currently|at present|so far|in 20\d\d|last year)\b[^.;\n]{0,30}?\d"
    r"|\binstead of\s[^.;\n]{0,24}?\d|\b(?:against|versus|vs\.?|today|now|currently|was|were)\s"
    r"[^.;\n]{0,20}?\d|\((?:today|now|target|currently|was|goal)[^)\n]{0,24}?\d[^)\n]{0,24}\)"
)
_EQUALS = re.compile(r"\s[=≙]\s")
_ARROW = re.compile(r"→|->|=>|➔|⇒")
_CODE = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b|`[^`\n]{2,60}`|\b[a-z]+[A-Z]\w+\b")
_PERSON = re.compile(
    r"\b(?:Dr|Mr|Mrs|Ms|Prof|Cllr|Capt|Col|Sgt)\.?\s[A-ZÀ-Þ]\w+|\b[A-ZÀ-Þ]\.(?:\s?[A-ZÀ-Þ]\.)?\s?"
    r"[A-ZÀ-Þ][\w'’-]+|\b[A-ZÀ-Þ][a-zß-ÿ]+\s[A-ZÀ-Þ][a-zß-ÿ'’-]+\b"
)
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|ninety|hundred|thousand|dozen|half|a third|two thirds|a quarter|three quarters"
    r"|one in|twice|zwei|drei|deux|trois)\b",
    re.IGNORECASE,
)
_WORD_UNIT = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half an?|an|a)\s"
    r"(?:more\s|working\s|full\s|consecutive\s|calendar\s)?"
    r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|fortnights?|months?|years?|shifts?|terms?"
    r"|seasons?|quarters?)\b",
    re.IGNORECASE,
)
#: "The verger opens", "any warden may": who does something for a living, by the word's form and
#: by what follows; no list holds every trade.
_TRADE = re.compile(
    r"\b(?:[Tt]he|[Aa]ny|[Ee]ach|[Ee]very|[Oo]ne|[Aa]n?|[Oo]ur|[Tt]wo|[Tt]hree|[Hh]ead|[Cc]hief|[Dd]uty|[Ss]enior|[Ss]econd)"
    r" (?:[a-z]+ ){0,2}?(?!(?:comput|numb|ord|pap|lett|wat|pow|weath|filt|filter|mot|err|fact|count|print|riv|wint|summ"
    r"|quart|trigg|mark|contain|trail|tow|corn|bord|cent|matt|memb|oth|form|latt|form|regist|fold|pointer|serv|sens|monit"
    r"|scann|met|mirr|sect|do|fl|mat|let|furth|high|low|bett|long|small|larg|short|earli|lat|buff|adapt|convert|process|indicat)(?:er|or)s?\b)"
    r"[a-z]{2,}(?:er|or|ist|ian|man|men|woman|women|eer|master|mistress|keeper|warden|hand|hands|smith|wright|ess|mate|host|guide)s?"
    r" (?:can|may|must|will|decides?|opens?|closes?|approves?|checks?|reads?|calls?|stops?|starts?|picks?|chooses?|looks?|settles?"
    r"|keeps?|answers?|replies|reply|flips?|writes?|logs?|moves?|sends?|orders?|holds?|rejects?|overrules?|notes?|owns?|agrees?|signs?"
    r"|gives?|takes?|sets?|puts?|turns?|goes|go|walks?|visits?|inspects?|repairs?|swaps?|asks?|tells?|changes?|wants?|hates?|sees?)\b"
)
_YEAR = re.compile(r"(?:19|20)\d\d$")
_TOUCH = 44
#: When something was is no size.
_AGO = re.compile(r"\s(?:ago|vorher|zuvor|earlier)\b")

_PLAIN = (
    ("date", _DATES),
    ("period", _PERIOD),
    ("rhythm", _RHYTHM),
    ("change", _CHANGE),
    ("arrow", _ARROW),
    ("equals", _EQUALS),
    ("identifier", _CODE),
    ("person", _PERSON),
    ("role", _TRADE),
    ("number", _NUMBER_WORD),
    ("duration", _WORD_UNIT),
)


def find_shapes(text: str) -> Iterator[Shape]:
    """Every shape in a text, each with its place."""
    for name, pattern in _PLAIN:
        for match in pattern.finditer(text):
            if name == "date" and _NOT_A_MONTH.match(match.group()):
                continue
            yield name, match.start(), match.end()
    for match in _NUMBER.finditer(text):
        yield from _number_shapes(text, match.start(), match.end())


def _number_shapes(text: str, start: int, end: int) -> Iterator[Shape]:
    """What one written number is: a year, money, a share, a time, a count, a limit."""
    before = text[max(0, start - _TOUCH) : start]
    after = text[end : end + _TOUCH]
    if _YEAR.match(text[start:end]) and not _PERCENT.match(after):
        return
    kind, length = _unit(before, after)
    if kind == "duration" and _AGO.match(after[length:]):
        return
    yield "number", start, end
    if kind:
        yield kind, start, end + length
        yield "figure", start, end + length
    if _LIMIT_BEFORE.search(before) or _LIMIT_AFTER.match(after):
        yield "limit", start, end + length
    if _PER.match(after[length:]):
        yield "rate", start, end + length


def _unit(before: str, after: str) -> tuple[str, int]:
    """The kind of a number by what stands beside it, and how far its unit reaches."""
    percent = _PERCENT.match(after)
    if percent:
        return "percent", percent.end()
    money = _MONEY_AFTER.match(after)
    if money:
        return "money", money.end()
    if _MONEY_BEFORE.search(before):
        return "money", 0
    thousands = _THOUSANDS.match(after)
    if thousands:
        return "money", thousands.end()
    duration = _DURATION.match(after)
    if duration:
        return "duration", duration.end()
    noun = _UNIT_NOUN.match(after)
    if noun:
        return "count", noun.end()
    return "", 0
