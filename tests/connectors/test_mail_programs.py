"""Replies as mail programs write them in HTML: only what the person wrote is kept."""

from __future__ import annotations

import pytest

from petitcrm.connectors.mail_message import read

MINE = "Mardi me convient."
REPLIES: dict[str, tuple[str, str]] = {
    "gmail": (
        '<div dir="ltr"><div>Bonjour Jean,</div><div><br></div><div>Mardi me convient.</div><div><br clear="a'
        'll"></div><div>-- <br></div><div dir="ltr" class="gmail_signature"><div>Zoé Noël</div><div>06 12 34 '
        '56 78</div></div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Le lun. 23 nov'
        '. 2026 à 10:00, Jean Dupont &lt;<a href="mailto:jean@acme.fr">jean@acme.fr</a>&gt; a écrit&nbsp;:<br'
        '></div><blockquote class="gmail_quote" style="margin:0"><div>On se voit mardi ?</div></blockquote></'
        "div>",
        "Bonjour Jean,\n\nMardi me convient.",
    ),
    "outlook": (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- /* Font */ p.MsoNormal{mar'
        "gin:0} --></style><!--[if gte mso 9]><xml><o:shapedefaults/></xml><![endif]--></head><body lang=FR><"
        "div class=WordSection1><p class=MsoNormal>Bonjour Jean,<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;"
        "</o:p></p><p class=MsoNormal>Mardi me convient.<o:p></o:p></p><p class=MsoNormal>Cordialement,<o:p><"
        "/o:p></p><p class=MsoNormal><b>Zoé Noël</b><o:p></o:p></p><p class=MsoNormal>Directrice | Bois &amp;"
        " Fils<o:p></o:p></p><p class=MsoNormal>T. 02 41 00 00 00<o:p></o:p></p><div><div style='border:none;"
        "border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>De&nbsp;:</b> Jean D"
        "upont &lt;jean@acme.fr&gt; <br><b>Envoyé&nbsp;:</b> lundi 23 novembre 2026 10:00<br><b>À&nbsp;:</b> "
        "Zoé Noël &lt;zoe@bois.fr&gt;<br><b>Objet&nbsp;:</b> RV<o:p></o:p></p></div></div><p class=MsoNormal>"
        "On se voit mardi ?</p></div></body></html>",
        "Bonjour Jean,\n\nMardi me convient.\n\nCordialement,\n\nZoé Noël",
    ),
    "owa": (
        '<div style="font-family:Calibri">Mardi me convient.</div><div id="appendonsend"></div><hr style="dis'
        'play:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><font><b>De :</b> Jean &lt;jean@acme.'
        "fr&gt;<br><b>Envoyé :</b> lundi 23 novembre 2026 10:00<br><b>À :</b> Zoé<br><b>Objet :</b> RV</font>"
        "<div>&nbsp;</div></div><div>On se voit mardi ?</div>",
        MINE,
    ),
    "apple": (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body dir="aut'
        'o">Mardi me convient.<br><br><div dir="ltr">Envoyé de mon iPhone</div><div dir="ltr"><br><blockquote'
        ' type="cite">Le 23 nov. 2026 à 10:00, Jean Dupont &lt;jean@acme.fr&gt; a écrit&nbsp;:<br><br></block'
        'quote></div><blockquote type="cite"><div dir="ltr">\ufeffOn se voit mardi ?</div></blockquote></body></ht'
        "ml>",
        MINE,
    ),
    "orange": (
        '<p>Mardi me convient.</p><blockquote>&gt; Message du 23/11/26 10:00<br>&gt; De : "Jean" &lt;jean@acm'
        "e.fr&gt;<br>&gt; A : zoe@orange.fr<br>&gt; Objet : RV<br>On se voit mardi ?</blockquote>",
        MINE,
    ),
    "thunderbird": (
        '<p>Mardi me convient.</p><div class="moz-cite-prefix">Le 23/11/2026 à 10:00, Jean Dupont a écrit :<b'
        'r></div><blockquote type="cite" cite="mid:x"><pre class="moz-quote-pre">On se voit mardi ?\nJean</pre'
        '></blockquote><pre class="moz-signature" cols="72">-- \nZoé Noël\nBois</pre>',
        MINE,
    ),
    "yahoo": (
        '<div class="yahoo-style-wrap"><div dir="ltr">Mardi me convient.</div></div><div id="yahoo_quoted_1" '
        'class="yahoo_quoted"><div><div>Le lundi 23 novembre 2026 à 10:00:00 UTC+1, Jean &lt;jean@acme.fr&gt;'
        " a écrit : </div><div><br></div><div>On se voit mardi ?</div></div></div>",
        MINE,
    ),
    "zimbra": (
        '<div>Mardi me convient.<br></div><hr id="zwchr"><div><b>De: </b>"Jean" &lt;jean@acme.fr&gt;<br><b>À:'
        ' </b>"zoe" &lt;zoe@bois.fr&gt;<br><b>Envoyé: </b>Lundi 23 Novembre 2026 10:00:00<br><b>Objet: </b>RV'
        "<br></div><div>On se voit mardi ?</div>",
        MINE,
    ),
    "owa-en": (
        "<div>Mardi me convient.</div><hr><div><b>From:</b> Jean<br><b>Sent:</b> Monday<br><b>To:</b> Zoé<br>"
        "<b>Subject:</b> RV</div><div>x</div>",
        MINE,
    ),
    "table sig": (
        "<div>Mardi me convient.</div><div>Bien cordialement,</div><table><tr><td><img src=cid:1></td><td><b>"
        "Zoé Noël</b><br>Directrice commerciale<br>Tél. : 02 41 00 00 00<br><a href=http://bois.fr>www.bois.f"
        "r</a></td></tr></table><p>Ce message et ses pièces jointes peuvent contenir des informations confide"
        "ntielles destinées à leurs seuls destinataires.</p>",
        "Mardi me convient.\nBien cordialement,\nZoé Noël",
    ),
}


@pytest.mark.parametrize("name", REPLIES)
def test_only_what_is_new_is_kept_of_a_reply_in_html(name: str) -> None:
    html, text = REPLIES[name]
    assert read(f"Content-Type: text/html; charset=utf-8\n\n{html}".encode()).text == text
