from webapp.wording.quoting import ISOLATE, POP, quoted, shortened, shown


def test_ordinary_text_is_left_alone():
    for text in ("Month-to-month", "F\u00fcr K\u00fcnstler", "\u6771\u4eac", "<script>", "{{7*7}}", ""):
        assert shown(text) == text


def test_a_right_to_left_text_cannot_turn_the_words_around_it():
    assert shown("abc\u202edef") == f"{ISOLATE}abc\u202edef{POP}"
    assert shown("\u05d0\u05d1") == f"{ISOLATE}\u05d0\u05d1{POP}"


def test_a_text_cannot_close_the_isolation_it_stands_in():
    assert POP not in shown("a\u2069\u202eb")[1:-1]


def test_control_characters_are_seen_and_lines_become_one():
    assert shown("a\x00b\x1bc\u0085") == "a\ufffdb\ufffdc\ufffd"
    assert shown("two\r\nlines\tand a tab") == "two  lines and a tab"


def test_a_class_is_quoted_and_a_long_noun_shortened():
    assert quoted("Yes") == "\u201cYes\u201d"
    assert shortened("customer", 8) == "customer"
    assert shortened("policyholders", 8) == "policyh\u2026"
