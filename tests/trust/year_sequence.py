"""The sequence of the year: the seed's own, and what it takes to tell every path of it apart."""

TEXT = """\
+++
cle = "relance-sujet"
nom = "Relance par un autre sujet"
finalite = "lettre"
langue = "fr"
fenetre = "lun-ven, 9h-12h, 14h-18h"
plafond = "2 mails en 7 jours"

[[etape]]
id = "premier"
envoyer = "premier"

[[etape]]
id = "lu"
si = "ouvert premier"
sous = "6 jours"
oui = "appel"
non = "autre-sujet"
inconnu = "sujet-b"

[[etape]]
id = "appel"
tache = "Appeler : a lu notre mail"
suite = "suivi"

[[etape]]
id = "suivi"
envoyer = "suivi"
attendre = "3 jours ouvrés à 9:00"
suite = "fin"

[[etape]]
id = "autre-sujet"
envoyer = "autre-sujet"
suite = "clic"

[[etape]]
id = "sujet-b"
envoyer = "sujet-b"
suite = "clic"

[[etape]]
id = "clic"
si = "cliqué"
sous = "1 mois"
oui = "interesse"
non = "fin"
inconnu = "fin"

[[etape]]
id = "interesse"
etiqueter = "intéressé"
+++

=== premier
Objet : Votre chauffage avant l'hiver

Bonjour,

Un mot de notre maison.

=== suivi
Objet : Suite à votre lecture

Bonjour,

Comme convenu.

=== autre-sujet
Objet : Avez-vous deux minutes ?

Bonjour,

Un mot de notre maison.

=== sujet-b
Objet : Une autre idée pour cet hiver

Bonjour,

Autre chose.
"""
