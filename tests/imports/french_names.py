"""Names as French lists hold them, each cut by hand: whole | civility | first name | family name."""

from __future__ import annotations

PEOPLE = """
DUPONT Jean||Jean|DUPONT
Jean DUPONT||Jean|DUPONT
Dupont, Jean||Jean|Dupont
DUPONT, Jean||Jean|DUPONT
Dupont,Jean||Jean|Dupont
Jean Dupont||Jean|Dupont
jean dupont||jean|dupont
M. DUPONT Jean|M.|Jean|DUPONT
M DUPONT Jean|M.|Jean|DUPONT
Mr Dupont|M.||Dupont
Mr. Jean Dupont|M.|Jean|Dupont
Monsieur Jean DUPONT|M.|Jean|DUPONT
MONSIEUR DUPONT JEAN|M.|DUPONT|JEAN
MME DURAND Claire|Mme|Claire|DURAND
Mme. Durand|Mme||Durand
Madame Claire Durand|Mme|Claire|Durand
Mme Claire DURAND|Mme|Claire|DURAND
Mlle Durand|Mlle||Durand
Mademoiselle Claire Durand|Mlle|Claire|Durand
Mlle. Claire Durand|Mlle|Claire|Durand
Dr Durand|Dr||Durand
Dr. Claire Durand|Dr|Claire|Durand
Docteur Durand|Dr||Durand
Docteur Claire DURAND|Dr|Claire|DURAND
Me Durand|Me||Durand
Me Claire Durand|Me|Claire|Durand
Maître Claire Durand|Me|Claire|Durand
Maitre Durand|Me||Durand
Pr Durand|Pr||Durand
Professeur Claire Durand|Pr|Claire|Durand
M. le Professeur Durand|Pr||Durand
Madame la Docteure Durand|Dr||Durand
M. et Mme Dupont|M. et Mme||Dupont
M. et Mme DUPONT Jean|M. et Mme|Jean|DUPONT
Mr et Mme Dupont|M. et Mme||Dupont
M. & Mme Dupont|M. et Mme||Dupont
Monsieur et Madame Dupont|M. et Mme||Dupont
Mme et M. Dupont|M. et Mme||Dupont
Mme et Mr Durand|M. et Mme||Durand
M./Mme Dupont|M. et Mme||Dupont
M. ou Mme Dupont|M. et Mme||Dupont
Jean de La Fontaine||Jean|de La Fontaine
Jean de la Fontaine||Jean|de la Fontaine
de La Fontaine Jean||Jean|de La Fontaine
DE LA FONTAINE Jean||Jean|DE LA FONTAINE
Jean DE LA FONTAINE||Jean|DE LA FONTAINE
Charles de Gaulle||Charles|de Gaulle
DE GAULLE Charles||Charles|DE GAULLE
de Gaulle Charles||Charles|de Gaulle
Charles DE GAULLE||Charles|DE GAULLE
Anne d'Ornano||Anne|d'Ornano
Anne d’Ornano||Anne|d’Ornano
D'ORNANO Anne||Anne|D'ORNANO
Anne D'ORNANO||Anne|D'ORNANO
d'Ornano Anne||Anne|d'Ornano
Luc du Bellay||Luc|du Bellay
DU BELLAY Luc||Luc|DU BELLAY
Joachim Du Bellay||Joachim|Du Bellay
Marie des Prés||Marie|des Prés
Paul Le Goff||Paul|Le Goff
LE GOFF Paul||Paul|LE GOFF
Le Goff Paul||Paul|Le Goff
Paul LE GOFF||Paul|LE GOFF
Yves Le Bris||Yves|Le Bris
Anne Le Du||Anne|Le Du
Paul Lebrun||Paul|Lebrun
Jean La Rocca||Jean|La Rocca
LA ROCCA Jean||Jean|LA ROCCA
Pieter van den Berg||Pieter|van den Berg
Vincent van Gogh||Vincent|van Gogh
VAN GOGH Vincent||Vincent|VAN GOGH
van Gogh Vincent||Vincent|van Gogh
Jan van der Meer||Jan|van der Meer
VAN DER MEER Jan||Jan|VAN DER MEER
van der Meer Jan||Jan|van der Meer
Johann von Goethe||Johann|von Goethe
Ursula von der Leyen||Ursula|von der Leyen
Youssef El Amrani||Youssef|El Amrani
EL AMRANI Youssef||Youssef|EL AMRANI
El Amrani Youssef||Youssef|El Amrani
Karim Ben Ali||Karim|Ben Ali
BEN ALI Karim||Karim|BEN ALI
Ben Ali Karim||Karim|Ben Ali
Mohamed Ben Salah||Mohamed|Ben Salah
Fatima Aït Ahmed||Fatima|Aït Ahmed
AÏT AHMED Fatima||Fatima|AÏT AHMED
Ali Ibn Sina||Ali|Ibn Sina
Sofia Bint Ali||Sofia|Bint Ali
Ahmed Ould Daddah||Ahmed|Ould Daddah
Ahmed Abou Diaby||Ahmed|Abou Diaby
Maria da Silva||Maria|da Silva
Maria DA SILVA||Maria|DA SILVA
DA SILVA Maria||Maria|DA SILVA
José dos Santos||José|dos Santos
Ana Maria dos Santos||Ana Maria|dos Santos
Luca di Stefano||Luca|di Stefano
Luca Di Stefano||Luca|Di Stefano
Giulia della Rovere||Giulia|della Rovere
Sean O'Connor||Sean|O'Connor
O'CONNOR Sean||Sean|O'CONNOR
Ewan McGregor||Ewan|McGregor
McGREGOR Ewan||Ewan|McGREGOR
Jean-Pierre Martin||Jean-Pierre|Martin
MARTIN Jean-Pierre||Jean-Pierre|MARTIN
Jean-Pierre MARTIN||Jean-Pierre|MARTIN
Jean Pierre MARTIN||Jean Pierre|MARTIN
MARTIN Jean Pierre||Jean Pierre|MARTIN
Jean Pierre Martin||Jean Pierre|Martin
Jean-Luc Petit-Roux||Jean-Luc|Petit-Roux
PETIT-ROUX Jean-Luc||Jean-Luc|PETIT-ROUX
Marie Claire Durand||Marie Claire|Durand
Marie-Claire Durand||Marie-Claire|Durand
Marie Christine DURAND||Marie Christine|DURAND
Anne Marie Le Gall||Anne Marie|Le Gall
Anne-Marie Le Gall||Anne-Marie|Le Gall
LE GALL Anne-Marie||Anne-Marie|LE GALL
Marie Laure de Villiers||Marie Laure|de Villiers
Jean François Rey||Jean François|Rey
Jean Baptiste Rey||Jean Baptiste|Rey
Jean Charles Rey||Jean Charles|Rey
Paul Henri Rey||Paul Henri|Rey
Pierre Yves Rey||Pierre Yves|Rey
Louis Marie Rey||Louis Marie|Rey
Marie Thérèse Rey||Marie Thérèse|Rey
Marie France Rey||Marie France|Rey
Marie Pierre Rey||Marie Pierre|Rey
Jean Marie Rey||Jean Marie|Rey
Jean Rey||Jean|Rey
Jean Paul||Jean|Paul
Pierre Louis||Pierre|Louis
JEAN PAUL REY||JEAN PAUL|REY
JEAN REY||JEAN|REY
CLAIRE DURAND||CLAIRE|DURAND
Claire Durand Petit||Claire|Durand Petit
Claire Durand-Petit||Claire|Durand-Petit
Claire DURAND PETIT||Claire|DURAND PETIT
DURAND PETIT Claire||Claire|DURAND PETIT
DURAND épouse PETIT Claire||Claire|DURAND épouse PETIT
Claire DURAND ép. PETIT||Claire|DURAND ép. PETIT
Claire Durand née Petit||Claire|Durand née Petit
Claire DURAND née PETIT||Claire|DURAND née PETIT
DURAND née PETIT Claire||Claire|DURAND née PETIT
Dupont|||Dupont
DUPONT|||DUPONT
M. Dupont|M.||Dupont
M.Dupont|M.||Dupont
Mme.Durand|Mme||Durand
J. Dupont||J.|Dupont
J.-P. Dupont||J.-P.|Dupont
DUPONT J.||J.|DUPONT
DUPONT J.-P.||J.-P.|DUPONT
Jean D.||Jean|D.
Antoine de Saint-Exupéry||Antoine|de Saint-Exupéry
Antoine de SAINT-EXUPÉRY||Antoine|de SAINT-EXUPÉRY
de SAINT-EXUPÉRY Antoine||Antoine|de SAINT-EXUPÉRY
DE SAINT-EXUPÉRY Antoine||Antoine|DE SAINT-EXUPÉRY
Éric Saint Martin||Éric|Saint Martin
SAINT MARTIN Éric||Éric|SAINT MARTIN
Éric SAINT MARTIN||Éric|SAINT MARTIN
Émile ZOLA||Émile|ZOLA
ZOLA Émile||Émile|ZOLA
Zoé L'Hermite||Zoé|L'Hermite
L'HERMITE Zoé||Zoé|L'HERMITE
Nguyen Van An||Nguyen|Van An
NGUYEN Van An||Van An|NGUYEN
Van An NGUYEN||Van An|NGUYEN
Minh Anh TRAN||Minh Anh|TRAN
TRAN Minh Anh||Minh Anh|TRAN
Mamadou DIALLO||Mamadou|DIALLO
DIALLO Mamadou||Mamadou|DIALLO
Mamadou Bah||Mamadou|Bah
Fatou Ndiaye||Fatou|Ndiaye
N'DIAYE Fatou||Fatou|N'DIAYE
Fatou N'Diaye||Fatou|N'Diaye
Rose-May Hoarau||Rose-May|Hoarau
HOARAU Rose-May||Rose-May|HOARAU
Teva Teriitahi||Teva|Teriitahi
Ümit Şahin||Ümit|Şahin
Łukasz Wójcik||Łukasz|Wójcik
KOWALSKI Łukasz||Łukasz|KOWALSKI
José María García López||José María|García López
Juan Carlos Pérez||Juan Carlos|Pérez
GARCÍA LÓPEZ José||José|GARCÍA LÓPEZ
García López, José||José|García López
Dupont, Mme Léa|Mme|Léa|Dupont
Mme Dupont, Léa|Mme|Léa|Dupont
Dupont (Léa)||Dupont|(Léa)
Léa  Dupont||Léa|Dupont
 Léa Dupont ||Léa|Dupont
Léa Dupont||Léa|Dupont
Mme Léa DE LA TOUR D'AUVERGNE|Mme|Léa|DE LA TOUR D'AUVERGNE
DE LA TOUR D'AUVERGNE Léa||Léa|DE LA TOUR D'AUVERGNE
Léa de La Tour d'Auvergne||Léa|de La Tour d'Auvergne
Bernard Thomas||Bernard|Thomas
THOMAS Bernard||Bernard|THOMAS
Thomas BERNARD||Thomas|BERNARD
M. THOMAS|M.||THOMAS
Mme MARTIN-DUPONT|Mme||MARTIN-DUPONT
Mme Marie|Mme||Marie
Sir Paul Smith||Sir|Paul Smith
Ludovic D'Angelo||Ludovic|D'Angelo
D'ANGELO Ludovic||Ludovic|D'ANGELO
D'Angelo Ludovic||Ludovic|D'Angelo
Xavier du Pont de Ligonnès||Xavier|du Pont de Ligonnès
DU PONT DE LIGONNÈS Xavier||Xavier|DU PONT DE LIGONNÈS
Guy de Maupassant||Guy|de Maupassant
Gérard DE NERVAL||Gérard|DE NERVAL
Simone de Beauvoir||Simone|de Beauvoir
Léopold Sédar Senghor||Léopold|Sédar Senghor
M. Jean-Marc LE BIHAN|M.|Jean-Marc|LE BIHAN
Mme LE BIHAN Soazig|Mme|Soazig|LE BIHAN
LE BIHAN-COZ Soazig||Soazig|LE BIHAN-COZ
Mme Léa DUPONT-MARTIN|Mme|Léa|DUPONT-MARTIN
Pr. Jean Bernard|Pr|Jean|Bernard
"""

COMPANIES = """
SARL Dupont
Dupont SARL
Dupont & Fils S.A.R.L.
S.A.R.L. Dupont et fils
EURL DUPONT
Acme SAS
SAS Acme
SASU Petit Conseil
Acme S.A.
SCI Les Tilleuls
SELARL Martin-Durand
GAEC du Chêne
EARL Roux
SCOP Le Levain
Acme GmbH
Acme Ltd
Acme Inc.
Société Dupont
Sté Dupont
Ets Dupont
Établissements Roux et fils
Entreprise Martin
Cabinet Durand
Garage du Port
Boulangerie Martin
Pharmacie du Centre
Menuiserie Petit
Transports Roy
Hôtel de la Plage
Mairie de Brest
Commune d'Arzon
Lycée Victor Hugo
École Jules Ferry
Université de Nantes
Association des amis du port
Syndicat des eaux
Clinique Saint-Jean
Agence du Lac
"""
