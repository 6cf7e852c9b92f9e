"""A record and the words of its decision -> everything the result page shows, the same for ever."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from webapp.result_page.about import facts
from webapp.result_page.care import calm_words, care_note
from webapp.result_page.case import Case, read_case
from webapp.result_page.chance import chance_answer
from webapp.result_page.estimate import estimate_answer
from webapp.result_page.further import further
from webapp.result_page.given import ask_url, given_count, given_groups
from webapp.result_page.proved import proved_rule
from webapp.result_page.ranking import ranking_answer
from webapp.result_page.reasons import most_rule, ranked_reasons, reasons_section
from webapp.result_page.values import ResultPage
from webapp.wording.dates import date_text
from webapp.wording.decisions import A_PERSON, says_a_person_decides
from webapp.wording.quoting import shown

ANSWERS = {"binary": chance_answer, "many": ranking_answer, "number": estimate_answer}
CHANNELS = {
    "example": "Made from the example answers",
    "simulated": "A simulated case",
    "api": "Asked by a program",
    "batch": "From a file of cases",
}
OWN_WORD = "Reference"  # of every answer; what people call so themselves is another one
OPEN_TO_ALL = "Anyone with this link can open it."


def result_page(record: Any, words: Mapping[str, Any], url: str, audience: str = OPEN_TO_ALL) -> ResultPage:
    """
    The result page of one prediction.

    `record` is a mapping or an object with the columns of a prediction; `words` are those stored with the decision
    that was in force; `words["schema"]` may be a Schema already. `audience` says who may open the link.
    """
    case = read_case(record, words)
    ranked = ranked_reasons(case)
    answer = ANSWERS[case.target.task](case)
    notice = case.word("notice")
    is_referred = says_a_person_decides(notice)
    return ResultPage(
        title=f"{answer.brief}, {case['reference'] or case['id']}",
        question=case.word("question"),
        meta=_meta(case),
        care=care_note(case),
        calm=calm_words(case),
        answer=replace(answer, rules=(*answer.rules, *most_rule(case, ranked), *proved_rule(case))),
        reasons=reasons_section(case, ranked),
        further=further(case),
        given=given_groups(case),
        given_count=given_count(case),
        facts=facts(case),
        referral=notice.removeprefix(A_PERSON).strip() if is_referred else "",
        notice="" if is_referred else notice,
        again_url=ask_url(case),
        url=url,
        audience=audience,
    )


def _meta(case: Case) -> tuple[str, ...]:
    asked = case["at"]
    moment = datetime.fromisoformat(asked) if isinstance(asked, str) else asked
    label = shown(case.schema.id_label or "Case")
    label = "Your reference" if label == OWN_WORD else label
    identity = f"{label}: {shown(case['business_key'])}" if case["business_key"] else ""
    lines = (
        f"Asked {date_text(moment, case.words.get('timezone') or 'UTC')}" if moment else "",
        identity,
        f"{OWN_WORD} {case['reference']}" if case["reference"] else "",
        CHANNELS.get(case["channel"] or "", ""),
    )
    return tuple(line for line in lines if line)
