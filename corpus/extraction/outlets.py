"""Names of publications, to tell one from a person or a headline. Others are found by weaker rules."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Name as it is shown, then other names (most used on lists), then hosts. Facts; extend freely.
_TABLE = """
The Wall Street Journal | Wall Street Journal, WSJ | wsj.com
The New York Times | New York Times, NY Times, NYT, NYTimes | nytimes.com
The Washington Post | Washington Post, WaPo | washingtonpost.com
Financial Times | The Financial Times, FT | ft.com
The Guardian | Guardian | theguardian.com, guardian.co.uk
The Economist | Economist | economist.com
Reuters | | reuters.com
Associated Press | The Associated Press, AP | apnews.com
Agence France-Presse | AFP | afp.com
Bloomberg | Bloomberg News | bloomberg.com
BBC News | BBC | bbc.co.uk, bbc.com
CNN | | cnn.com
NBC News | | nbcnews.com
CBS News | | cbsnews.com
ABC News | | abcnews.go.com
Fox News | | foxnews.com
NPR | National Public Radio | npr.org
Politico | POLITICO | politico.com, politico.eu
Axios | | axios.com
The Hill | | thehill.com
The Atlantic | | theatlantic.com
The New Yorker | New Yorker | newyorker.com
The New Republic | | newrepublic.com
The Nation | | thenation.com
Foreign Affairs | | foreignaffairs.com
Foreign Policy | | foreignpolicy.com
The Diplomat | | thediplomat.com
The Intercept | | theintercept.com
The American Conservative | | theamericanconservative.com
Responsible Statecraft | | responsiblestatecraft.org
The National Interest | | nationalinterest.org
War on the Rocks | | warontherocks.com
Los Angeles Times | LA Times, L.A. Times | latimes.com
Chicago Tribune | | chicagotribune.com
The Boston Globe | Boston Globe | bostonglobe.com
San Francisco Chronicle | | sfchronicle.com
USA Today | USA TODAY | usatoday.com
The Christian Science Monitor | Christian Science Monitor | csmonitor.com
Newsweek | | newsweek.com
Time | TIME, TIME Magazine, Time Magazine | time.com
Vox | | vox.com
ProPublica | | propublica.org
Al Jazeera | | aljazeera.com
Al-Monitor | | al-monitor.com
Middle East Eye | | middleeasteye.net
Haaretz | Ha'aretz | haaretz.com
The Jerusalem Post | Jerusalem Post | jpost.com
The Times of Israel | Times of Israel | timesofisrael.com
South China Morning Post | SCMP | scmp.com
Global Times | | globaltimes.cn
China Daily | | chinadaily.com.cn
Xinhua | | xinhuanet.com, news.cn
Caixin | Caixin Global | caixinglobal.com
Nikkei Asia | Nikkei Asian Review | asia.nikkei.com
The Japan Times | Japan Times | japantimes.co.jp
The Straits Times | Straits Times | straitstimes.com
Asia Times | | asiatimes.com
The Hindu | | thehindu.com
The Times of India | Times of India | timesofindia.indiatimes.com
Dawn | | dawn.com
The Times | The Times of London | thetimes.co.uk, thetimes.com
The Telegraph | The Daily Telegraph | telegraph.co.uk
The Independent | | independent.co.uk
The Spectator | | spectator.co.uk
UnHerd | | unherd.com
London Review of Books | LRB | lrb.co.uk
The New York Review of Books | New York Review of Books, NYRB | nybooks.com
Le Monde | | lemonde.fr
Le Monde diplomatique | | monde-diplomatique.fr, mondediplo.com
Le Figaro | | lefigaro.fr
Der Spiegel | Spiegel, Spiegel Online | spiegel.de
Die Zeit | | zeit.de
Frankfurter Allgemeine Zeitung | FAZ | faz.net
Süddeutsche Zeitung | | sueddeutsche.de
Deutsche Welle | DW | dw.com
Neue Zürcher Zeitung | NZZ | nzz.ch
El País | El Pais | elpais.com
Corriere della Sera | | corriere.it
La Repubblica | | repubblica.it
Project Syndicate | | project-syndicate.org
The Conversation | | theconversation.com
Nature | | nature.com
Science | Science Magazine | science.org
Scientific American | | scientificamerican.com
Wikipedia | | wikipedia.org
dpa | DPA, Deutsche Presse-Agentur | dpa.com
EFE | Agencia EFE | efe.com
ANSA | | ansa.it
TASS | | tass.com
Interfax | | interfax.com
UPI | United Press International | upi.com
Kyodo News | Kyodo | kyodonews.net
Yonhap | Yonhap News Agency | yna.co.kr
Press Trust of India | PTI | ptinews.com
Anadolu Agency | Anadolu | aa.com.tr
"""


_PLAIN_WORDS = frozenset({"time", "nature", "science", "dawn"})


def _letters(name: str) -> str:
    return " ".join(re.sub(r"[’']", "'", name).casefold().split())


_BY_NAME: dict[str, str] = {}
_BY_HOST: dict[str, str] = {}
for _row in _TABLE.strip().splitlines():
    _shown, _others, _hosts = (part.strip() for part in _row.split("|"))
    for _name in (_shown, *filter(None, map(str.strip, _others.split(",")))):
        _BY_NAME[_letters(_name)] = _shown
    for _host in filter(None, map(str.strip, _hosts.split(","))):
        _BY_HOST[_host] = _shown


def known_outlet(name: str) -> str | None:
    """The outlet of that name, as it is shown; None for a name that is not in the table."""
    return _BY_NAME.get(_letters(name.strip(" .,;:()[]|•-–—")))


def is_plain_word(name: str) -> bool:
    """Whether an outlet's name is a word that heads sections and subjects too: alone it says nothing."""
    return name.strip(" .,;:()[]|•-–—").casefold() in _PLAIN_WORDS


def outlet_of(url: str) -> str | None:
    """The outlet whose site an address belongs to, by the end of its host name."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return None
    while "." in host:
        if host in _BY_HOST:
            return _BY_HOST[host]
        host = host.partition(".")[2]
    return None
