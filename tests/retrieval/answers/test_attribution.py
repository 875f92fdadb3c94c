from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers.attribution import speaker_in

NAMED = [
    ("Wei said that a campaign led to the closure of 14 platforms.", "Wei"),
    ("“We closed it,” said Wei Xiaojun, a spokesman for the ministry.", "Wei Xiaojun"),
    ("“We closed it,” said spokesman Wei Xiaojun.", "Wei Xiaojun"),
    ("“It held,” guitarist Ana Ruiz told the club’s members.", "Ana Ruiz"),
    ("According to Rahul Gupta, the numbers fell.", "Rahul Gupta"),
    ("The numbers fell, according to Dr. Rahul Gupta.", "Dr. Rahul Gupta"),
    ("Gupta told reporters that the numbers fell.", "Gupta"),
    ("The United Nations said on Monday that aid was late.", "United Nations"),
    ("In the words of Maria Lopez, it was a mess.", "Maria Lopez"),
    ("As Lopez put it, nobody paid.", "Lopez"),
    ("Maria Lopez, 34, said the road was closed.", "Maria Lopez"),
    ("Tong, whom the police had sought for years, said he was innocent.", "Tong"),
    ("“It is a lie,” Ms. Ruiz said.", "Ms. Ruiz"),
    ("On Monday, Lopez said it was over.", "Lopez"),
    ("Sen. Maria Cantwell said the vote was close.", "Sen. Maria Cantwell"),
    ("A spokesman, Wei Xiaojun, said the plant was closed.", "Wei Xiaojun"),
    ("Prices fell, and Lopez said they would fall again.", "Lopez"),
    ("The newspaper quoted Lopez as saying that she was tired.", "Lopez"),
    ("Lopez was quoted as saying that she was tired.", "Lopez"),
    ("Jones said it was late.", "Jones"),
    ("Davis says it is late.", "Davis"),
    ("Yesterday Lopez said so.", "Lopez"),
    ("The Centers for Disease Control and Prevention said cases rose.", "Centers for Disease Control and Prevention"),
    ("“No,” said Martin Luther King Jr. in 1963.", "Martin Luther King Jr."),
    ("President Biden said he would sign.", "Biden"),
    ("“It’s over,” Lopez later told the BBC.", "Lopez"),
    ("Lopez has repeatedly denied it.", "Lopez"),
]

# Each of these looks like an attribution to somebody, and naming them would be wrong.
NOBODY = [
    "Critics said the plan was weak.",
    "It is said that the bridge is old.",
    "Wei’s office said the plan was weak.",
    "He said so.",
    "They said it was late.",
    "The report said cases rose.",
    "Officials in Beijing said the plant was closed.",
    "A spokesman for Tesla said sales fell.",
    "The mayor of London said it was over.",
    "The sister of Lopez said he was ill.",
    "Police said two men fled.",
    "Residents said the water was brown.",
    "Management said the shop would close.",
    "Republicans said no.",
    "The French said no.",
    "The company said on Monday that sales fell.",
    "Sources told Reuters that the deal was off.",
    "Lopez said yes, while Ruiz said no.",
    "Lopez and Ruiz said they would leave.",
    "Neither Lopez nor Ruiz said anything.",
    "“It fell,” said Li and Wang.",
    "Shares fell after Lopez said she would leave.",
    "What Lopez said was wrong.",
    "It is unclear whether Lopez said so.",
    "Lopez is said to have left.",
    "Lopez was told to leave.",
    "“We lost,” said Lopez’s lawyer.",
    "According to Chinese officials, exports rose.",
    "According to Lopez’s lawyer, she left.",
    "According to CDC data, cases rose.",
    "According to a report, exports rose.",
    "Lopez met Ruiz, officials said.",
    "Lopez, the officials said, had left.",
    "The men who met Lopez said nothing.",
    "People close to Lopez said she was ill.",
    "A lawyer representing Lopez said she was ill.",
    "The lawsuit against Acme said the plant leaked.",
    "In London, a spokesman for Tesla said sales fell.",
    "The office in Portland, Oregon, said the fire was out.",
    "Asked about Lopez, the minister said nothing.",
]


@pytest.mark.parametrize(("sentence", "speaker"), NAMED)
def test_a_speaker_whom_the_sentence_names_is_known_by_its_own_words(sentence: str, speaker: str) -> None:
    assert speaker_in(sentence) == speaker


@pytest.mark.parametrize("sentence", NOBODY)
def test_nobody_is_said_to_have_said_what_somebody_else_said(sentence: str) -> None:
    assert speaker_in(sentence) is None


PIECES = st.sampled_from(
    [
        "Wei",
        "Lopez",
        "said",
        "told",
        "According to",
        "Dr.",
        "the",
        ",",
        "’s",
        "“",
        "”",
        ".",
        "and",
        "of",
        "after",
        "U.N.",
    ]
)


@given(sentence=st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=30).map(" ".join)))
def test_a_speaker_stands_in_the_sentence(sentence: str) -> None:
    speaker = speaker_in(sentence)
    assert speaker is None or (speaker in sentence and speaker.strip() == speaker != "")
