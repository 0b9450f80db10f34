"""Headers with any value: null, bytes, text of every kind, numbers, and impossible offsets and versions."""

from hypothesis import strategies as st

from streams.core.record_headers import RAW, RECEIVED, VERSION

OURS = (RAW, RECEIVED, VERSION, "ce_id", "ce_source", "ce_time", "ce_subject", "traceparent", "content-type")
NAMES = st.sampled_from(OURS) | st.text(max_size=20)
DIGITS = st.from_regex(rb"\A[0-9]{1,25}\Z")
ODD = (b"\0" * 1_000_000, b"\xed\xa0\x80", b"a\r\nb: c", b"\x1b]0;x\x07", b"9" * 5000, "٣".encode())
VALUES = st.one_of(
    st.none(),
    st.binary(max_size=80),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
    DIGITS,
    st.tuples(st.sampled_from([b"news.raw", b"news.clean"]), DIGITS, DIGITS).map(b"/".join),
    st.from_regex(rb"\A[0-9]{16}-[0-9]{16}-[0-9]{6}-[0-9]{20}\Z"),
    st.sampled_from(ODD),
)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=6).map(tuple)
