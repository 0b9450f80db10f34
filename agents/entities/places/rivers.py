"""Large rivers and those of Europe, by their names in English and in the languages on their banks."""

#: With an article before it, a name of these is that of the river: `the Sava`, `die Weser`, `le Rhône`.
RIVERS = frozenset(
    (
        "Aare Adda Adige Adour Ahr Aisne Aller Allier Amazon Amazonas Amazone Amu-Darya Amur Angara"
        " Arno Athabasca Avon Benue Berounka Bidasoa Boyne Brahmaputra Bug Charente Chenab Clyde"
        " Congo Daugava Dnieper Dnipro Dniester Dnister Donau Danube Danubio Dordogne Douro Drau"
        " Drava Drave Drina Duero Düna Durance Ebro Elbe Ems Enns Escaut Etsch Euphrates Euphrat Euphrate"
        " Eufrates Fraser Fulda Gambia Ganges Gange Garonne Garona Gironde Glomma Godavari Guadalquivir"
        " Guadiana Havel Helmand Hudson Hunte Iller Indus Inn Iriri Irrawaddy Irtysh Isar Isère Isonzo Jhelum"
        " Jordan Júcar Kaveri Kemijoki Klarälven Kolpa Kolyma Krishna Krka Kuban Kupa Labe Lahn Lech Leine Lena"
        " Liffey Limpopo Llobregat Loire Loira Lualaba Mackenzie Magdalena Main Manzanares Maritsa Marne"
        " Maas Mekong Mersey Meuse Miño Mincio Mississippi Missouri Moldau Morava Mosel Moselle Mur Mura Murray"
        " Narew Narmada Nemunas Neckar Neman Neretva Neris Neiße Niger Nile Nil Nilo Notec Ob Oder Odra Ohio"
        " Oka Okavango Oise Olt Orinoco Orne Orontes Paraná Paraguay Parnaíba Pechora Peene Po Potomac"
        " Prut Pregolya Pruth Regen Rhein Rhin Rhine Rhône Rhone Rin Rodano Ruhr Saale Saar Saône Sambre"
        " Sava Savannah Schelde Scheldt Segura Seine Sena Senegal Severn Shannon Shebelle Siret Somme"
        " Spree Sutlej Syr-Darya Tagus Tajo Tejo Tarim Tarn Tay Tees Teesta Tevere Thames Theiß Tiber Ticino"
        " Tigris Tigre Tisza Tisa Trave Trent Turia Tweed Tyne Ural Uruguay Vah Var Vardar Vienne Vilaine"
        " Vistula Visla Vltava Volga Wolga Volta Vrbas Waal Warnow Warta Weichsel Werra Weser Wisła Xingu"
        " Yamuna Yangtze Yenisei Yser Yonne Yukon Zambezi Zambesi Zala"
    ).split()
)
