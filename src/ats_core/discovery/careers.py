"""Which links of a company's site look like the way to its jobs, by text, path and host, in seven languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from attrs import frozen

from ats_core.discovery.page import Reference
from ats_core.domain.identity import is_shared_host, registrable_domain

__all__ = [
    "WELL_KNOWN_PATHS",
    "CareersLink",
    "about_link",
    "careers_links",
    "is_about_others",
    "is_careers_text",
    "is_careers_url",
]

#: Where careers pages stand when the home page links none, most usual first.
WELL_KNOWN_PATHS = ("/careers", "/jobs", "/empleo", "/trabaja-con-nosotros")

#: What such a page is called, as a reader reads it: English, Spanish, Catalan, Portuguese, French, German, Italian.
_NAMES = """
careers, career, career opportunities, jobs, job openings, job opportunities, job board, openings, open positions,
open roles, open jobs, current openings, current vacancies, job vacancies, vacancies, join us, join our team,
join the team, join, work with us, work for us, work here, working here, we re hiring, we are hiring, were hiring,
hiring, now hiring, employment, see openings, view openings, our openings, open vacancies, all positions, positions
empleo, empleos, trabaja con nosotros, trabaja, trabajo, trabajar con nosotros, trabaja aqui, ofertas de empleo,
ofertas de trabajo, bolsa de empleo, bolsa de trabajo, vacantes, unete, unete a nosotros, unete al equipo,
unete a nuestro equipo, forma parte del equipo, se parte del equipo, puestos vacantes, buscamos talento,
estamos contratando, talento, carrera profesional, carreras, quieres trabajar con nosotros
treballa amb nosaltres, treballa, feina, ofertes de feina, ofertes de treball, borsa de treball, vacants,
uneix te, uneix te a nosaltres, uneix te a l equip, ocupacio, oportunitats, oportunitats laborals, talent
trabalhe conosco, trabalhe connosco, trabalha connosco, trabalhar connosco, carreira, carreiras, vagas, vagas abertas,
emprego,
empregos, junte se a nos, junta te a nos, junte se ao time, recrutamento, oportunidades, oportunidades de emprego,
faca parte do time, faz parte da equipa, venha trabalhar conosco
carrieres, carriere, recrutement, nous rejoindre, rejoignez nous, rejoindre l equipe, rejoignez l equipe, emploi,
emplois, offres d emploi, nos offres d emploi, postes ouverts, on recrute, nous recrutons,
travailler chez nous, travaillez avec nous, postes a pourvoir
karriere, stellenangebote, stellen, offene stellen, offene positionen, jobangebote, stellenanzeigen, jobborse,
wir stellen ein, arbeiten bei uns, arbeite bei uns, arbeite mit uns, mitarbeit, jobs und karriere, karriere und jobs,
komm ins team, werde teil des teams
lavora con noi, lavorare con noi, posizioni aperte, offerte di lavoro, opportunita, opportunita di lavoro,
unisciti a noi, unisciti al team, entra nel team, lavoro, candidature, lavora
"""
#: What leads to one posting or to a list of them, on a careers page.
_FURTHER = """
apply, apply now, apply here, view all, see all, view job, see job, view role, learn more and apply, inscribirme,
inscribete, solicitar, aplicar, postular, candidatar se, postuler, bewerben, jetzt bewerben, candidati, ver ofertas,
ver oferta, ver vacantes, ver empleos, veure ofertes, ver vagas, voir les offres, vedi le offerte, see jobs
"""
#: Where a site writes about itself; a way to the jobs is often shown there only.
_ABOUT_NAMES = """
about, about us, company, our company, team, our team, who we are, culture, life, people
sobre nosotros, nosotros, quienes somos, equipo, nuestro equipo, empresa, la empresa, conocenos
qui som, nosaltres, sobre nosaltres, l equip, sobre nos, sobre, quem somos, a empresa
a propos, qui sommes nous, entreprise, l equipe, uber uns, unternehmen, team, chi siamo, azienda, il team
"""
# Words that say nothing: "See our open roles (3)" is "open roles".
_FILLERS = frozenset(
    """
    see view all our the us to at of in for and a an explore check browse discover find current here more now nbsp
    team global page new company about
    ver nuestras nuestros todas todos las los el la en de nuestro equipo y veure totes les els del nos notre nosso
    voir alle unsere zu den le gli tutte tutti i nostri
    """.split()
)
# Sections in which a site writes about others, or about anything.
_ELSEWHERE = frozenset(
    """
    blog blogs news noticias press prensa article articles post posts story stories case cases customers customer
    clients clientes portfolio portafolio cartera investments companies podcast events eventos resources recursos
    guide guides glossary help support docs legal privacy privacidad terms cookies login signin signup register shop
    product products tag category author partners wiki insights
    """.split()
)
_NO_MARKUP = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|png|jpe?g|gif|svg|webp|mp[34]|ics|xml|json|rss|css|js)$", re.I
)
_PAGE_SUFFIX = re.compile(r"\.(?:html?|php|aspx?|jsp)$", re.I)
_WORD = re.compile(r"[a-z]+")


def _words(text: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return tuple(_WORD.findall("".join(c for c in folded if not unicodedata.combining(c))))


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(_words(phrase) for line in text.splitlines() for phrase in line.split(",") if phrase.strip())


_CAREERS = _phrases(_NAMES)
_ABOUT = _phrases(_ABOUT_NAMES)
_ONWARD = _CAREERS | _phrases(_FURTHER)
# One word alone is no sign inside a longer text: "talent", "join" and "work" stand in many sentences.
_TELLING = frozenset(p for p in _CAREERS if len(p) > 1) | {
    (word,)
    for word in (
        "careers jobs vacancies openings hiring empleo empleos vacantes feina vagas recrutement recrutamento karriere "
        "carreiras empregos emplois stellenangebote stellen carrieres"
    ).split()
}
_LONGEST = max(map(len, _ONWARD))


@frozen
class CareersLink:
    """A link worth following: the higher its *score*, the sooner. *is_own* says that it stays on the company's site."""

    url: str
    text: str
    score: int
    is_own: bool


@lru_cache(maxsize=4096)
def is_careers_text(text: str) -> bool:
    """Whether all that the text of a link says is "here are our jobs"."""
    words = _words(text)
    return words in _CAREERS or tuple(w for w in words if w not in _FILLERS) in _CAREERS


def is_careers_url(url: str) -> bool:
    """Whether a URL names a careers page (`/about/careers`, `jobs.acme.example`), and not a blog that mentions one."""
    return _url_score(url) >= 2


def is_about_others(url: str) -> bool:
    """Whether a URL lies in a part of a site that writes about anything: a blog, news, customers, a portfolio."""
    return _url_score(url) < 0


def careers_links(links: Iterable[Reference], *, domain: str | None, onward: bool = False) -> tuple[CareersLink, ...]:
    """The links that look like careers pages, best first: own site first, then by score, then as they stand.

    *domain* is the company's registrable domain. *onward*: the links stand on a careers page, where "Apply" and the
    pages below it count too. Each page is named once, with the best that any link to it says.
    """
    best: dict[str, CareersLink] = {}
    for link in links:
        if is_shared_host(link.url) or _NO_MARKUP.search(urlsplit(link.url).path):
            continue
        score = _text_score(link.text, onward) + _url_score(link.url, onward=onward)
        if score < 2:
            continue
        is_own = domain is not None and registrable_domain(link.url) == domain
        if not is_own and _text_score(link.text, onward) < 3:
            continue
        key = link.url.rstrip("/")
        if key not in best or best[key].score < score:
            best[key] = CareersLink(link.url, link.text, score, is_own)
    return tuple(sorted(best.values(), key=lambda c: (not c.is_own, -c.score)))


def about_link(links: Iterable[Reference], *, domain: str | None) -> str | None:
    """The first link to where the site writes about itself."""
    return next(
        (
            link.url
            for link in links
            if _words(link.text) in _ABOUT and domain is not None and registrable_domain(link.url) == domain
        ),
        None,
    )


@lru_cache(maxsize=8192)
def _text_score(text: str, onward: bool) -> int:
    if is_careers_text(text):
        return 4
    words = _words(text)
    if not words or len(words) > 12:
        return 0
    if onward and tuple(w for w in words if w not in _FILLERS) in _ONWARD:
        return 3
    if _runs(words) & _TELLING:
        return 3 if len(words) <= 5 else 2
    return 0


def _runs(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {words[i:j] for i in range(len(words)) for j in range(i + 1, min(len(words), i + _LONGEST) + 1)}


def _url_score(url: str, *, onward: bool = False) -> int:
    parts = urlsplit(url)
    segments = [_words(_PAGE_SUFFIX.sub("", unquote(s))) for s in parts.path.split("/")]
    segments = [s for s in segments if s]
    if any(len(s) == 1 and s[0] in _ELSEWHERE for s in segments):
        return -3
    labels = {_words(label) for label in (parts.hostname or "").split(".")[:-2]}
    if labels & _CAREERS and len(segments) <= 1:
        return 3
    if segments and segments[-1] in _CAREERS:
        return 3
    if segments and _runs(segments[-1]) & _TELLING and len(segments[-1]) <= 6:
        return 2
    if (labels & _CAREERS) or any(s in _CAREERS for s in segments):
        return 2 if onward else 1
    return 0
