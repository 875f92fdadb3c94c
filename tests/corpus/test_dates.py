"""Dates as mail programs, servers, archives and publishers wrote them; a date that cannot be is none."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dates import date_in_url, find_publication_date, header_date, stated_date


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("Wed, 7 May 2031 10:00:00 +0200", "2031-05-07T10:00:00+02:00"),
        ("7 May 2031 10:00 GMT", "2031-05-07T10:00:00+00:00"),
        ("Mon, 2 Aug 1999 18:55:09 -0400 (EDT)", "1999-08-02T18:55:09-04:00"),
        ("Fri, 5 Jul 2024 09:12:44 +0200 (CEST (Berlin))", "2024-07-05T09:12:44+02:00"),
        ("Sun Mar  2 17:05:30 MST 2014", "2014-03-02T17:05:30-07:00"),
        ("Fri Jul  5 09:12:44 2024", "2024-07-05T09:12:44+00:00"),
        ("Fri Jul  5 09:12:44 2024 -0400", "2024-07-05T09:12:44-04:00"),
        ("Fri Jul 05 09:12:44 +0000 2024", "2024-07-05T09:12:44+00:00"),
        ("26 Aug 76 14:29 EDT", "1976-08-26T14:29:00-04:00"),
        ("Thu, 13 Feb 1969 23:32:54 -0330", "1969-02-13T23:32:54-03:30"),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T09:55:06-06:00"),
        ("Wed 29 May 2019 06:09:22 PM EDT", "2019-05-29T18:09:22-04:00"),
        ("Friday, July 5, 2024 12:05 AM", "2024-07-05T00:05:00+00:00"),
        ("July 5, 2024 at 9:12:44\u202fPM EDT", "2024-07-05T21:12:44-04:00"),
        ("Seg, 24 Set 2018 10:00:00 -0300", "2018-09-24T10:00:00-03:00"),
        ("5 juillet 2024 à 09:12", "2024-07-05T09:12:00+00:00"),
        ("2024-07-05T09:12:44Z", "2024-07-05T09:12:44+00:00"),
        ("2024-07-05 09:12:44 +0200", "2024-07-05T09:12:44+02:00"),
        ("Fri, 5 Jul 2024 23:59:60 +0000", "2024-07-05T23:59:59+00:00"),
        ("Fri, 5 Jul 2024 09:12:44 -0000", "2024-07-05T09:12:44+00:00"),
        ("Thu, 1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00+00:00"),
    ],
)
def test_a_date_in_a_header_is_read(value: str, iso: str) -> None:
    moment = header_date(value)
    assert moment is not None
    assert moment.isoformat() == iso


@pytest.mark.parametrize(
    "value",
    [
        "31 Feb 2031 10:00:00 +0000",
        "Fri, 5 Jul 2024 59:10 +0000",
        "Tue, 30 Nov 1999 23:56:33 -3000 (CST)",
        "Tue, 30 Jun 3609 15:33:50 +0600",
        "Wed, 7 May 1031 10:00:00 +0000",
        "Pn, 29 paX 2007 21:13:00 +0100",
        "yesterday",
        "2031",
        " ",
        "x" * 500,
    ],
)
def test_what_is_no_date_gives_none(value: str) -> None:
    assert header_date(value) is None


_MOMENTS = st.datetimes(
    min_value=dt.datetime.fromisoformat("1961-01-01"),
    max_value=dt.datetime.fromisoformat("2198-12-31"),
    timezones=st.builds(
        dt.timezone,
        st.integers(min_value=-14 * 60, max_value=14 * 60).map(lambda minutes: dt.timedelta(minutes=minutes)),
    ),
)


@given(_MOMENTS)
def test_every_date_that_a_mail_program_writes_comes_back(moment: dt.datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert header_date(format_datetime(moment)) == moment
    assert header_date(moment.strftime("%a %b %d %H:%M:%S %Y %z")) == moment


@given(st.text(max_size=400))
def test_any_text_is_survived_and_a_moment_is_aware(value: str) -> None:
    moment = header_date(value)
    assert moment is None or moment.utcoffset() is not None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Fri, 05 Jul 2024 09:12:44 -0400 (EDT)", "2024-07-05T09:12:44-04:00"),
        ("Fri, 5 Jul 2024 09:12:44 PDT", "2024-07-05T09:12:44-07:00"),
        ("Sun Mar  2 17:05:30 MST 2014", "2014-03-02T17:05:30-07:00"),
        ("Sun Mar  2 17:05:30 2014", "2014-03-02T17:05:30+00:00"),
        ("July 5, 2024 at 9:12:44 AM EDT", "2024-07-05T09:12:44-04:00"),
        ("Fri, 05 Jul 2024 09:12 GMT", "2024-07-05T09:12:00+00:00"),
        ("Tue, 30 Nov 1999 23:56:33 -3000", None),
        ("31 Feb 2031 59:10", None),
        ("Fri, 31 Dec 9999 23:59:59 -1400", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_header_date_is_a_moment_or_nothing(value: str, expected: str | None) -> None:
    moment = header_date(value)
    assert (moment.isoformat() if moment else None) == expected


@given(st.text(max_size=60))
def test_no_text_makes_a_naive_date(value: str) -> None:
    moment = header_date(value)
    assert moment is None or moment.utcoffset() is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Ana Bee  July 4, 2024  The Post", "2024-07-04"),
        ("4 July 2024", "2024-07-04"),
        ("Thursday, 4th of July 2024", "2024-07-04"),
        ("Sept. 30, 2024", "2024-09-30"),
        ("le 14 février 2031", "2031-02-14"),
        ("3. März 2031", "2031-03-03"),
        ("2024-07-04", "2024-07-04"),
        ("July 2024", "2024-07"),
        ("Feb 31, 2024", None),
        ("7/4/2024", None),
        ("in 2024", None),
        ("last July", None),
    ],
)
def test_a_date_of_publication_is_no_more_exact_than_it_is_written(text: str, expected: str | None) -> None:
    found = find_publication_date(text)
    assert (found[0].text if found else None) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2031-06-09T23:30:00-05:00", "2031-06-09"),  # cut to its own date, not moved to another zone
        ("2031-06-09 23:30", "2031-06-09"),
        ("2031-06", "2031-06"),
        ("2031", "2031"),
        ("Mon, 09 Jun 2031 23:30:00 -0500", "2031-06-09"),
        ("June 9, 2031", "2031-06-09"),
        ("2031-13-01", None),
        ("soon", None),
    ],
)
def test_a_stated_date_is_read_as_stated(value: str, expected: str | None) -> None:
    date = stated_date(value)
    assert (date.text if date else None) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.example/2031/02/14/moss", "2031-02-14"),
        ("https://x.example/world/2031/feb/14/moss", "2031-02-14"),
        ("https://x.example/moss-20310214.html", "2031-02-14"),
        ("https://x.example/2031/02/moss", "2031-02"),
        ("https://x.example/2031/02/31/moss", "2031-02"),  # no such day, but the folder is the month's
        ("https://x.example/2031/13/01/moss", None),
        ("https://x.example/id/20310214997", None),
        ("https://2031.example/", None),
    ],
)
def test_an_address_may_hold_the_date(url: str, expected: str | None) -> None:
    date = date_in_url(url)
    assert (date.text if date else None) == expected
