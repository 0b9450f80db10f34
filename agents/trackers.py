"""Which query parameters say how a reader came, and not what the page is: told by name and value.

A parameter that is taken for a tracker and is none makes two articles one, and one of them is lost. One that
is kept and is a tracker only doubles an article. So each name stands here whole, and where a name is also
used for something else, the value must say that it is a tracker.
"""

import re
from urllib.parse import unquote

#: Used for nothing else: whatever they hold, the page is the same.
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
#: Names of campaigns, unless the value can be somebody's number or hash.
CAMPAIGN = re.compile(r"cmpid|icid|ncid|ocid|smid|ito|ico|spm|ref_?src", re.IGNORECASE)
NOT_A_NUMBER = re.compile(r"[g-z]", re.IGNORECASE)
#: A story's own number or name as often as a channel: they go where the value is nothing but channels.
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
    """Whether a parameter, both parts percent-encoded, names the same article as none."""
    said = unquote(value, errors="replace").strip()
    if ALWAYS.fullmatch(name):
        return True
    if CAMPAIGN.fullmatch(name):
        return not said or bool(NOT_A_NUMBER.search(said))
    if CHANNEL.fullmatch(name):
        return not said or _is_channel(said)
    if REFERRER.fullmatch(name):
        return not said or bool(WEB_URL.fullmatch(said)) or _is_channel(said)
    return _is_amp(name.lower(), said.lower())


def _is_channel(said: str) -> bool:
    """Whether it names a channel and nothing beside it: `twitter`, `share_btn_tw`; not `twitter-ban`, `7`."""
    words = [word for word in WORD_BREAK.split(said.lower()) if word]
    named = [word for word in words if CHANNELS.fullmatch(word)]
    return bool(named) and all(word in named or BESIDE.fullmatch(word) for word in words)


def _is_amp(name: str, said: str) -> bool:
    """The page in the form for telephones: `?amp`, `?amp=1`, `?outputType=amp`."""
    return (name == "amp" and said in AMP_VALUES) or (name == "outputtype" and said == "amp")
