"""What the words and class names beside a date say about it."""

import re
from typing import Literal

Label = Literal["published", "updated", "class", "other"]

PUBLISHED = (
    "published|publish(?:ing)? date|posted|publication date|date published|first published"
    "|created|issued|written on|filed|veröffentlicht|erstellt|erschienen|publiziert|eingestellt"
    "|publié|publiée|paru|mis en ligne|créé le|rédigé le|publicado|publicada|fecha de publicación"
    "|creado|postado|pubblicato|pubblicata|inserito|gepubliceerd|geplaatst|publicerad|publicerat"
    "|publisert|publiceret|offentliggjort|udgivet|julkaistu|opublikowano|dodano|data publikacji"
    "|publikováno|vydáno|zverejnené|objavljeno|objavljen|közzétéve|megjelent|publicat|postat"
    "|publikuar|опубликован\\w*|опубліковано|публикувано|дата публикации|добавлено|објављено"
    "|δημοσιεύ\\w+|δημοσίευση|yayın\\w*|eklenme|giriş tarihi|oluşturulma|diterbitkan"
    "|dipublikasikan|diposting|đăng|xuất bản|ngày đăng|入力|公開|掲載|配信"
    "|投稿|発表|作成|初出|发布|發布|发表|發表|刊登|登錄"
    "|입력|등록|게시|작성|기사입력|승인|نشر|تاريخ النشر|نُشر|انتشار|تاریخ انتشار|ارسال|شائع|תאריך פרסום|פורסם"
    "|פרסום|प्रकाशित|प्रकाशन|पोस्ट|প্রকাশ\\w*|เผยแพร่|โพสต์|วันที่"
)
UPDATED = (
    "updated|update|modified|revised|edited|amended|changed|reviewed|aktualisiert|geändert"
    "|überarbeitet|aktualisierung|mis à jour|mise à jour|modifié|modifiée|actualisé|actualizado"
    "|actualizada|actualización|modificado|atualizado|atualizada|atualização|aggiornato"
    "|aggiornata|aggiornamento|modificato|bijgewerkt|laatste update|gewijzigd|uppdaterad"
    "|uppdaterat|oppdatert|opdateret|päivitetty|aktualizacja|zaktualizowano|aktualizováno"
    "|aktualizované|ažurirano|frissítve|módosítva|actualizat|обновлен\\w*|оновлено|изменен\\w*"
    "|актуализирано|ενημέρωση|ενημερώθηκε|güncelle\\w*|düzenle\\w*|diperbarui|diupdate|cập nhật"
    "|更新|修正|改訂|최종수정|수정|تحديث|آخر تحديث|بروزرسانی|به‌روزرسانی|עודכן|עדכון|अपडेट\\w*|अद्यतन"
    "|হালনাগাদ|อัปเดต|อัพเดท|แก้ไข"
)
OTHER = (
    "©|copyright|all rights|alle rechte|reserved|valid until|expires|deadline|event date|born"
    "|geboren|founded|since|established|gestorben|accessed|retrieved|member since|joined"
    "|(?:when|where|wann|wo|quand|où|cuándo|dónde|quando|dove|onde|wanneer|waar|när|når|kiedy|когда) ?:"
    "|comment\\w*|kommentar\\w*|last visit|version|effective|until|bis zum|gültig|next|due"
)
WORDS = re.compile(
    rf"(?P<updated>{UPDATED})|(?P<published>{PUBLISHED})|(?P<other>{OTHER})",
    re.IGNORECASE,
)
CLASS_PUBLISHED = re.compile(r"publish|pub[-_]?date|(?:post|entry)[-_]?date|created", re.I)
COPYRIGHT = re.compile(r"©|copyright", re.I)
CLASS_UPDATED = re.compile(r"updated|modified|lastmod|last-update|revis", re.I)
CLASS_DATE = re.compile(
    r"(?<![a-z])(?:date|datum|fecha|data|time|tijd|uhrzeit|when|dt)(?![a-z])|dateline|timestamp|datetime|publish|posted"
    r"|(?:post|entry|article|story|news|blog|meta|pub|info)[-_]?(?:date|time|meta|info)|byline|meta(?![a-z])|[a-z]Date",
)
#: What a page has beside its article: other articles, comments, and the frame around all.
ELSEWHERE = re.compile(
    r"(?:^|[\s_-]|(?<=[a-z]))(?:comments?(?!-?(?:count|number|link))"
    r"|disqus|respond|repl(?:y|ies)|related|teasers?|rankings?|popular"
    r"|recommend\w*|trending|most[-_]?(?:read|viewed|recent)|mostread|more[-_]?(?:news|stories|posts|articles|from|on)"
    r"|read[-_]?(?:more|next|also)|also[-_]?(?:read|like)|up[-_]?next|you[-_]?may\w*|copyright|subscribe|advert\w*"
    r"|archives?|calendar|upcoming|recent|latest|carousel|swiper|slider|ticker|breaking|navbar|navigation|nav|menu"
    r"|masthead|topbar|top-bar|weather|current[-_]?(?:date|time)|today|clock|cookie|modal|popup|pagination|similar"
    r"|suggest\w*|outbrain|taboola|tweet|twitter|instagram|footnotes?|references|siehe-auch|weitere|autres|noticias-rel)"
    r"(?=$|[\s_-]|[A-Z]|\d)",
    re.IGNORECASE,
)
#: Where articles keep their own date too.
BESIDE = re.compile(r"side-?_?bar|widget|footer|(?:^|[\s_-])card|promo(?!ted)|event", re.IGNORECASE)


CLOCK = re.compile(r"\d{1,2} ?[:h.] ?\d{2}(?: ?(?:am|pm|uhr|h)\b)?", re.IGNORECASE)
FEW = 6
"""Letters: `on`, `at`, `Uhr`."""
NEAR = 12
"""Characters from another event to its date, at most: `Deadline: `."""


def letters_beside(text: str) -> int:
    """How many letters a text has beside labels of dates, once its dates are left out."""
    return sum(map(str.isalpha, CLOCK.sub(" ", WORDS.sub(" ", text))))


def is_sentence(rest: str) -> bool:
    """Whether the text around a date ends as a sentence and says something: `The bridge fell on .`"""
    return rest.rstrip(' "”’»)').endswith((".", "!", "?", "…")) and letters_beside(rest) > FEW


def label_before(words: str) -> Label | None:
    """By the last such word in the text before a date."""
    *_, last = None, *WORDS.finditer(words)
    if last is None:
        return None
    if last["other"]:
        return "other" if last.end() > len(words) - NEAR else None
    if last["updated"]:
        return "updated"
    return "published"


def label_after(words: str) -> Label | None:
    """By the word that follows a date: `2026/03/10 公開`, `10 March (updated)`."""
    match = WORDS.match(words.lstrip(" ()[]-–—|:,."))
    if match is None or match["other"]:
        return None
    return "updated" if match["updated"] else "published"


def label_of_class(names: str) -> Label | None:
    """By the names of its element."""
    if CLASS_PUBLISHED.search(names):
        return "class"
    return "updated" if CLASS_UPDATED.search(names) else None
