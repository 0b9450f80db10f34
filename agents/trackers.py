"""Which query parameters are trackers: they say how a reader came, and not what the page is.

A parameter that is wrongly taken for a tracker gives two articles the same id, and one of them is lost. A
tracker that is kept only doubles an article. So names are listed in full, and where a name is also used for
something else, the value decides.
"""

import re
from urllib.parse import unquote

#: Used for nothing else: the page is the same with any value.
ALWAYS = re.compile(
    r"utm_\w+|mtm_(?:campaign|source|medium|keyword|kwd|content|cid|group|placement)"
    r"|(?:pk|piwik)_(?:campaign|source|medium|keyword|kwd|content|cid)"
    r"|at_(?:medium|campaign|campaign_type|campaign_group|creation|creative|format|network|variant|platform"
    r"|general_placement|detail_placement|recipient_id|recipient_list|send_date|link_(?:id|type|origin)"
    r"|ptr_name|bbc_team|custom\d+)"
    r"|ns_(?:mchannel|source|campaign|linkname|fee)|hsa_(?:acc|cam|grp|ad|src|tgt|kw|mt|net|ver|la|ol)"
    r"|fb_(?:action_ids|action_types|source|ref|comment_id)|vero_(?:conv|id)|oly_(?:enc|anon)_id"
    r"|itm_(?:source|medium|campaign|content|term)|mkt_tok|mc_[ce]id"
    r"|_ga|_gl|_hsenc|_hsmi|__(?:twitter_impression|cft__.*|tn__)"
    r"|(?:fb|g|d|y|ys|tw|tt)clid|msclkid|[gw]braid|gad_source|gclsrc|igsh(?:id)?|mibextid|li_fat_id|srsltid"
    r"|s_kwcid|ef_id|xtor|xtref|wt_?mc|wt_zmc|dicbo|usqp|guccounter|guce_referrer(?:_\w+)?|soc_(?:src|trk)"
    r"|phpsessid|jsessionid|amp_(?:js_v|gsa|lite|tf|ct|kit)",
    re.IGNORECASE,
)
#: Names of campaigns, unless the value can be a number or a hash.
CAMPAIGN = re.compile(r"cmpid|icid|ncid|ocid|smid|ito|ico|spm|ref_?src", re.IGNORECASE)
NOT_A_NUMBER = re.compile(r"[g-z]", re.IGNORECASE)
#: As often the number or name of a story as a channel: trackers only where the value is nothing but channels.
CHANNEL = re.compile(r"ref|source|cmp|trk|sr_share", re.IGNORECASE)
#: Where the reader came from: a URL, or a channel.
REFERRER = re.compile(r"referr?er|ref_?ur[il]", re.IGNORECASE)
CHANNELS = re.compile(
    "facebook|fb|twitter|tw|twt|x|tco|instagram|ig|insta|linkedin|whatsapp|wa|telegram|reddit|pinterest|tiktok"
    "|youtube|bluesky|bsky|mastodon|threads|google|googlenews|gnews|bing|yahoo|msn|duckduckgo|apple|applenews"
    "|flipboard|pocket|smartnews|newsbreak|feedly|upday|rss|atom|feeds?|newsletters?|nl|email|mail|push"
    "|notifications?|social|socialflow|share|shared|sharing|sharebutton|app|ios|android|mobile|desktop|web|amp"
    "|home|homepage|frontpage|hp|sidebar|footer|header|nav|menu|related|recommended|trending|mostread|popular"
)
#: Words that say nothing beside a channel: `share_btn_tw`, `google.com`, `daily-newsletter`.
BESIDE = re.compile("com|org|net|www|news|btn|button|links?|bar|tool|daily|weekly|morning|evening|gu|other")
WORD_BREAK = re.compile(r"[^0-9a-z]+")
WEB_URL = re.compile(r"https?://.+", re.IGNORECASE)
AMP_VALUES = frozenset({"", "1", "true", "amp"})


def is_tracker(name: str, value: str) -> bool:
    """Whether the page is the same without the parameter. Name and value are percent-encoded."""
    value = unquote(value, errors="replace").strip()
    if ALWAYS.fullmatch(name):
        return True
    if CAMPAIGN.fullmatch(name):
        return not value or bool(NOT_A_NUMBER.search(value))
    if CHANNEL.fullmatch(name):
        return not value or _is_channel(value)
    if REFERRER.fullmatch(name):
        return not value or bool(WEB_URL.fullmatch(value)) or _is_channel(value)
    return _is_amp(name.lower(), value.lower())


def _is_channel(value: str) -> bool:
    """Whether it names a channel and nothing else: `twitter`, `share_btn_tw`; not `twitter-ban`, `7`."""
    words = [word for word in WORD_BREAK.split(value.lower()) if word]
    channels = [word for word in words if CHANNELS.fullmatch(word)]
    return bool(channels) and all(word in channels or BESIDE.fullmatch(word) for word in words)


def _is_amp(name: str, value: str) -> bool:
    """The page in its mobile form: `?amp`, `?amp=1`, `?outputType=amp`."""
    return (name == "amp" and value in AMP_VALUES) or (name == "outputtype" and value == "amp")
