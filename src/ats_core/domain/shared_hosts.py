"""Hosts that many companies share: a page there says nothing of whose domain it is."""

from __future__ import annotations

from urllib.parse import urlsplit

__all__ = ["host_of", "is_ats_host", "is_publishing_host", "is_shared_host", "is_site_host"]

# Where boards stand: the hosts of vendors of applicant tracking systems. Where boards stand on the vendor's own site
# (`join.com/companies/acme`), it is one of them too: which of its pages is a board is for the adapter to say.
_ATS_DOMAINS = frozenset(
    """
    greenhouse.io lever.co ashbyhq.com workable.com smartrecruiters.com recruitee.com teamtailor.com personio.de
    personio.com bamboohr.com breezy.hr pinpointhq.com rippling.com myworkdayjobs.com myworkdaysite.com join.com
    icims.com jobvite.com applytojob.com factorialhr.com factorialhr.es bizneohr.com bizneo.cloud
    taleo.net successfactors.com successfactors.eu oraclecloud.com avature.net ultipro.com dayforcehcm.com
    paylocity.com paycomonline.net zohorecruit.com zohorecruit.eu comeet.com comeet.co homerun.co jobylon.com
    traffit.com freshteam.com jobscore.com hirehive.com hire.trakstar.com jobs.gem.com app.dover.com jobs.polymer.co
    welcomekit.co softgarden.io softgarden.de onlyfy.jobs prescreen.io umantis.com careers-page.com
    talentclue.com epreselec.com viterbit.site jobtoolz.com recruiterflow.com catsone.com loxo.co
    """.split()
)
# Vendors whose boards stand on other hosts of their domain only: this host, or `www.` before it, is the vendor's own
# website, and the vendor a company like others (`boards.greenhouse.io` holds boards, `www.greenhouse.io` does not).
_VENDORS_SITES = frozenset(
    """
    greenhouse.io lever.co ashbyhq.com recruitee.com teamtailor.com personio.de personio.com bamboohr.com breezy.hr
    pinpointhq.com rippling.com icims.com jobvite.com factorialhr.com factorialhr.es bizneohr.com avature.net
    paylocity.com homerun.co jobylon.com traffit.com freshteam.com jobscore.com hirehive.com softgarden.io
    softgarden.de talentclue.com jobtoolz.com loxo.co catsone.com
    """.split()
)
# Where anybody can have a page: what stands there is somebody's, and may be the company's own careers page.
_PUBLISHING_DOMAINS = frozenset(
    """
    github.com gitlab.com bitbucket.org notion.site notion.so airtable.com typeform.com docs.google.com medium.com
    substack.com wikipedia.org coda.io hackmd.io forms.gle tally.so canva.site
    """.split()
)
# Where companies are talked about, or only passed through: social networks, messengers, portals of jobs and of
# startups, app stores, link shorteners, link-in-bio pages, archives.
_SOCIAL_DOMAINS = frozenset(
    """
    linkedin.com lnkd.in facebook.com fb.com fb.me instagram.com twitter.com x.com youtube.com youtu.be tiktok.com
    xing.com pinterest.com t.me telegram.me telegram.org whatsapp.com wa.me discord.gg discord.com reddit.com
    slideshare.net vimeo.com threads.net threads.com bsky.app mastodon.social snapchat.com twitch.tv vk.com weibo.com
    tumblr.com flickr.com behance.net dribbble.com soundcloud.com open.spotify.com patreon.com quora.com meetup.com
    eventbrite.com eventbrite.es news.ycombinator.com
    welcometothejungle.com infojobs.net indeed.com indeed.es glassdoor.com glassdoor.es wellfound.com angel.co
    tecnoempleo.com crunchbase.com producthunt.com f6s.com dealroom.co pitchbook.com startupxplore.com
    trustpilot.com g2.com capterra.com
    apple.com google.com goo.gl apps.microsoft.com appgallery.huawei.com f-droid.org app.link onelink.me page.link
    bit.ly t.co tinyurl.com ow.ly buff.ly rb.gy cutt.ly is.gd tiny.cc rebrand.ly dub.sh t.ly shorturl.at amzn.to
    linktr.ee about.me beacons.ai bio.link lnk.bio linkin.bio campsite.bio taplink.cc solo.to msha.ke hoo.be
    flow.page allmylinks.com m.me wa.link g.page g.co
    google.es google.cat google.pt google.fr google.de google.it google.nl google.be google.ch google.at google.ie
    google.pl google.co.uk google.com.br google.com.mx google.com.ar google.com.co google.cl
    store.steampowered.com steamcommunity.com apps.shopify.com
    archive.org archive.ph archive.today
    """.split()
)
# Makers of websites, below whose domains each name is one customer's (`acme.wordpress.com`), and which the public
# suffix list does not have. The domain itself, and `www.` and the like before it, is the maker's own website.
_SITE_DOMAINS = frozenset(
    """
    wordpress.com weebly.com jimdo.com jimdofree.com jimdosite.com strikingly.com mystrikingly.com wix.com
    webnode.es webnode.com webnode.page squarespace.com business.site negocio.site godaddysites.com softr.app
    super.site glide.page unbounce.com hubspotpagebuilder.com mailchimpsites.com salesforce-sites.com site123.me
    my-free.website tilda.ws readymag.com cargo.site durable.co ghost.io hashnode.dev odoo.com zohosites.com
    zyrosite.com ueniweb.com webador.es webador.com webcindario.com mozello.com eatbu.com launchrock.com eu5.org
    000webhostapp.com over-blog.com blogspot.com.es thinkific.com teachable.com kajabi.com pb.design itch.io
    """.split()
)
# Hosts that many companies share. A page there says nothing of whose domain it is.
_SHARED_DOMAINS = _ATS_DOMAINS | _PUBLISHING_DOMAINS | _SOCIAL_DOMAINS


def host_of(url: str) -> str | None:
    """The host of a URL, in ASCII and lower case, or None where there is none that can be read."""
    try:
        host = urlsplit(url).hostname
        return host.rstrip(".").encode("idna").decode("ascii").lower() if host else None
    except (ValueError, UnicodeError):
        return None


def is_shared_host(url: str) -> bool:
    """Whether *url* stands on a host that many companies share: an ATS, a social network, an app store."""
    return _stands_on(url, _SHARED_DOMAINS)


def is_ats_host(url: str) -> bool:
    """Whether *url* stands on a host of a vendor of applicant tracking systems, one with an adapter or not."""
    return _stands_on(url, _ATS_DOMAINS)


def is_publishing_host(url: str) -> bool:
    """Whether *url* stands on a shared host where a company may keep a page of its own, such as its open positions."""
    return _stands_on(url, _PUBLISHING_DOMAINS)


def is_site_host(domain: str) -> bool:
    """Whether each name below a registrable domain is another's: the maker's of websites on whose hosts they stand."""
    return domain in _SITE_DOMAINS


def _stands_on(url: str, domains: frozenset[str]) -> bool:
    host = host_of(url)
    if host is None or host.removeprefix("www.") in _VENDORS_SITES:
        return False
    labels = host.split(".")
    return any(".".join(labels[i:]) in domains for i in range(len(labels) - 1))
