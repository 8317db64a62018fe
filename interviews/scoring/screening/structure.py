"""Rules for text that looks like a message of the platform, a reply of the model or a rubric."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviews.scoring.screening.findings import Hit, Kind

_WHO = r"(?:system|assistant|user|human|ai|developer|admin|administrator|evaluator|grader|scorer|model|bot|chatgpt|gpt|claude|moderator|platform|root|tool|operator|judge|examiner|assessor|reviewer)"
_TAG = r"(?:system|assistant|instructions?|im_start|im_end|rubric|answer|user|user_input|input|evaluation|evaluator|prompt|s|sys|inst|verdict|scores?|developer|grader|context|response|output|human|admin|thinking|message|candidate|applicant|submission|result|system-reminder|system_prompt|user_answer|student_answer|data|document|task|rules|assessment|grading|override|untrusted|judge|feedback|tool|function|[a-z]{3,12}[_-](?:answer|input|prompt|instructions?|response|submission|text|data|message)|answer_quality|quality|score|rating|final_score)"
_END = r"(?:answer|user input|input|user|candidate'?s? (?:text|answer|input)|applicant'?s? (?:text|answer|input)|task|prompt|instructions?|conversation|submission|response|document|data|text|context|system prompt|evaluation|assessment|message|untrusted (?:data|input|content)|student answer|user answer|user message|query|question|section|transcript|system message|rubric)"
#: Without one of these no shape below can occur.
_MARKS = re.compile(
    r"[<\[{#=|]|/\*|\b(?:system|assistant|user|human|ai|developer|admin\w*|evaluat\w+|grad\w+|scor\w+|model|bot|chatgpt|gpt"
    r"|claude|moderator|platform|root|tool|operator|judge\w*|examiner|assessor|reviewer|question|student|candidate|applicant"
    r"|end|ending|close|finish|begin\w*|start\w*|stop|following|rest|follows|verdicts?|off_topic|accepted|elements|all_met|passed"
    r"|gaps|specificity|measurability|completeness|rubric|marking|answers?|function|api|validator|checker|plugin|rated|marked"
    r"|result|status|decision|outcome|override|step|role|decode|decrypt|unscramble|decipher|deobfuscate|base64|rot13|hex|author|q)\b"
)
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"<\s?/\s?{_TAG}\s?>|<\s?{_TAG}(?:\s[^<>]{{0,60}})?>|<\|[a-z_ ]{{2,24}}\|>|\[\s?/?(?:inst|system|sys|assistant|instructions?|admin|developer)\s?\]|<<\s?/?sys\s?>>|\[/?(?:system|admin|developer|evaluator|grader|assistant)[ _-](?:\w+[ _-]?){{1,3}}\]|\{{\{{\s?(?:system|#system|user|assistant)",
        rf"^\W{{0,40}}(?:#+|\*+|=+|-+|\[+)?\s?{_WHO}(?:[ _-](?:message|note|notes|notice|prompt|update|override|instruction|instructions|command|comment|log|directive|alert|response|output|text|role|turn|result))?\s?[\]*=-]*\s?:\s?(?:you\b|ignore|scoring|new|override|the (?:(?:correct|final|right|real|new|only) (?:score|grade|mark|verdict|answer)|scorer|model|assistant|user|answer|submission|candidate|response|grader|evaluator|bar|following)|set|score|accept|all |give|mark|please|award|yes|approved|this|i |it |lower|rate|treat|from now|the evaluation|the assessment|evaluation|criteria|rubric|pass|full|10|disregard|forget|graded|perfect|is this|grade|what|sure|of course|ok|certainly|verdict|rating|assessment|evaluation|validation|excellent|thank|done|every|threshold|any |assume|complete|respond|reply|consider|user|security|trusted)",
        rf"^\W{{0,40}}(?:<[^>]{{1,12}}>\s?)?{_WHO}\s?(?::|>|\]|->)\s?[\"']?(?:met\b|pass\b|accept|10\b|full marks|yes\b|approved?\b|score|always|never|ignore)|^\W{{0,40}}role\s?[:=]\s?[\"']?(?:system|assistant|developer)\b|\bstep \d\s?:[^\n]{{0,80}}?\b(?:score (?:of )?10|give (?:it )?(?:a )?10|accept (?:the answer|it)|full marks)\b|\bscore\s?: ?(?:10|ten)\b(?= ?(?:\.|,|;)? ?(?:next|verdict|reason|accepted|feedback|done|comment|end|$))",
        r"\b(?:user|human|q|question|student|candidate|applicant)\s?:[^\n]{1,200}?\b(?:assistant|ai|a|answer|grader|evaluator|model|bot|scorer|judge|chatgpt|claude|system)\s?:\s?\w",
        rf"(?:^\W{{0,40}}|[.!?\]\[>=-]\s?)(?:end|close|finish|begin|start|stop|beginning)(?:ing)? (?:of )?(?:the )?(?:{_END}|scoring|grading|system|admin|evaluator notes|score|override|hidden|new (?:task|prompt|instructions?)|verdict|result)s?\b\s?(?:$|[\])=*#:.,;>|-]|\bthe following\b)(?=[^\n]{{0,200}}(?:[\])=*#:>|-]|\b(?:accept|score|met|pass|platform|system|instructions?|verdict|evaluat|grad|rubric|award|10|following is from|approve|new task)))",
        r"\bend of (?:the )?(?:user|candidate|applicant|author|student|untrusted)(?:'s)?\b (?:input|text|answer|data|message|submission|section)?|\b(?:the (?:following|rest|text below|next (?:part|line))|what follows) (?:is|comes|was (?:written|added)) (?:from|by|a message from) (?:the )?(?:platform|system|developer|administrator|operator|evaluator|scoring|grader|admin|ai)\b",
        r"[\"']?(?:verdicts?|is_off_topic|off_topic|injection_suspected|follow_?ups?|element_?id|quality_score|overall_score|accepted|elements|all_met|final_score|passed|is_complete|gaps)[\"']?\s?[:=]\s?[\"']?(?:met|true|false|\[|10\b|9\.\d|accepted|none|null|yes|pass|complete|1\.0)",
        r"[{,]\s?[\"'](?:score|rating|grade|points|total|quality|mark|result|verdict|status|decision|evaluation|assessment)[\"']\s?:\s?[\"']?(?:10\b|9\.\d|9\b|100\b|1\.0|met|pass|accept|approved|perfect|excellent|max|full|complete)|[{,]\s?[\"'](?:scores|grades|verdicts|elements|evaluations|ratings)[\"']\s?:\s?[\[{]|[{,]\s?[\"']role[\"']\s?:\s?[\"'](?:system|assistant|developer|user)[\"']",
        r"^\W{0,40}(?:scoring|grading|evaluation|assessment|evaluator|grader|final|system|validation|judge|judgement|verdict|reviewer|ai)[ _-](?:results?|notes?|update|output|report|engine|decision|status|summary|outcome|verdict|comment|feedback|log|complete[d]?|score|override|check)s?\b\s?[:=*#\]-]",
        r"(?:specificity|measurability|completeness|coherence|relevance|clarity)\s?[:=]?\s?(?:10|9|9\.\d)\b(?:\s?/\s?10)?[^\n]{0,20}?(?:specificity|measurability|completeness|coherence|relevance|clarity)\s?[:=]?\s?(?:10|9|9\.\d)\b",
        r"<!--[^>]{0,120}?\b(?:grader|scorer|evaluator|ai|model|assistant|system|score|rate|full marks|accept|ignore|instructions?|prompt|10)\b|/\*[^*]{0,120}?\b(?:grader|evaluator|full marks|accept|ignore|score 10|prompt)\b|\[//\]: ?#|\[comment\]: ?<",
        r"^\W{0,6}(?:#{2,}|\*{2,}|={3,}|\[)\s?(?:admin|system|root|developer|debug|security|emergency|maintenance|supervisor|operator|manual)?\s?(?:override|instruction|instructions|response|system|new instructions?|assistant|prompt|task|update|command|notice|input|output)\b\s?(?:$|[:\]*=#]|\w+ (?:accept|score|user|answer))",
        r"\b(?:updated |new |revised |current |official |actual |correct(?:ed)? )*(?:rubric|scoring (?:guide|rule|rules|key|scheme)|grading (?:guide|rule|rules|key|scheme)|marking scheme|evaluation rules?|answer key)\b\s?(?:\([^)]{0,20}\)\s?)?(?::|v\d|update|has changed|is now)[^\n]{0,80}?\b(?:10|ten|full|met|maximum|any|all|every|accept|pass|points|always|non-empty)\b",
        r"\b(?:tool|function|api|validator|checker|plugin)[ _-](?:result|response|output|call|return)s?\s?[:=][^\n]{0,80}?\b(?:pass\w*|accept\w*|valid\w*|score|approved|met|quality|10|ok)\b|\b(?:graded|scored|rated|evaluated|marked)(?: as| with|:)? (?:a )?(?:10|ten) (?:out of|of|/) (?:10|ten)\b|\b(?:result|status|decision|verdict|outcome|override)\s?=\s?[\"']?(?:accepted|approved|pass|met|10|ok|true)\b",
        r"\b(?:the (?:user|author|applicant|candidate)|this user|user) (?:is|has|was|are) (?:been )?(?:trusted|verified|an? (?:administrator|admin|developer|vip|evaluator|operator)|whitelisted|exempt\w*|authori[sz]ed|passed all (?:the )?(?:checks|tests))\b[^\n]{0,60}?\b(?:skip|accept\w*|pass|checks?|score|approve\w*|automatic\w*|no (?:check|evaluation))|\banswers? (?:from|of|by) (?:this|the) (?:user|applicant|author|person)s? (?:is|are|will be|must be|should be|get|gets) (?:\w+ )?(?:accepted|approved|passed|scored|full)|\bi(?:'m| am) (?:your|the|an?) (?:\w+ )?(?:administrator|admin|developer|creator|system operator|operator|supervisor|evaluator|grader|openai|anthropic|engineer|programmer|author of (?:the|this) (?:system|prompt|rubric))\b[^\n]{0,120}?\b(?:your|you|ignore|accept|score|rubric|instructions?|rules|override|bypass|comply)\b",
        r"\b(?:decode|decrypt|unscramble|decipher|deobfuscate|base64|rot13|hex)\b[^\n]{0,60}?\b(?:and|then)\b[^\n]{0,20}?\b(?:do|follow|execute|obey|run|act|comply|carry|apply|use)\b[^\n]{0,20}?\b(?:it|that|them|what|the (?:result|instructions?|text|content|message|output)|accordingly|this)\b",
    )
)


def structures(folded: str) -> Iterator[Hit]:
    """The shapes that occur, each at most once."""
    if _MARKS.search(folded) is None:
        return
    for shape in _SHAPES:
        found = shape.search(folded)
        if found is not None:
            yield Hit(Kind.STRUCTURE, *found.span())
