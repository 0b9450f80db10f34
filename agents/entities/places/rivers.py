"""Large rivers and those of Europe, by their names in English and in the languages on their banks."""

#: With an article before it, a name of these is that of the river: `the Sava`, `die Weser`, `le Rhône`.
RIVERS = frozenset(
    (
        "Aare Adda Adige Adour Ahr Aisne Aller Allier Amazon Amazonas Amazone Amu-Darya Amur Angara Arno"
        " Athabasca Avon Benue Berounka Bidasoa Boyne Brahmaputra Bug Charente Chenab Clyde Congo Danube"
        " Danubio Daugava Dnieper Dniester Dnipro Dnister Donau Dordogne Douro Drau Drava Drave Drina"
        " Duero Durance Düna Ebro Elbe Ems Enns Escaut Etsch Eufrates Euphrat Euphrate Euphrates Fraser"
        " Fulda Gambia Gange Ganges Garona Garonne Gironde Glomma Godavari Guadalquivir Guadiana Havel"
        " Helmand Hudson Hunte Iller Indus Inn Iriri Irrawaddy Irtysh Isar Isonzo Isère Jhelum Jordan"
        " Júcar Kaveri Kemijoki Klarälven Kolpa Kolyma Krishna Krka Kuban Kupa Labe Lahn Lech Leine Lena"
        " Liffey Limpopo Llobregat Loira Loire Lualaba Maas Mackenzie Magdalena Main Manzanares Maritsa"
        " Marne Mekong Mersey Meuse Mincio Mississippi Missouri Miño Moldau Morava Mosel Moselle Mur Mura"
        " Murray Narew Narmada Neckar Neiße Neman Nemunas Neretva Neris Niger Nil Nile Nilo Notec Ob Oder"
        " Odra Ohio Oise Oka Okavango Olt Orinoco Orne Orontes Paraguay Paraná Parnaíba Pechora Peene Po"
        " Potomac Pregolya Prut Pruth Regen Rhein Rhin Rhine Rhone Rhône Rin Rodano Ruhr Saale Saar Sambre"
        " Sava Savannah Saône Schelde Scheldt Segura Seine Sena Senegal Severn Shannon Shebelle Siret"
        " Somme Spree Sutlej Syr-Darya Tagus Tajo Tarim Tarn Tay Tees Teesta Tejo Tevere Thames Theiß"
        " Tiber Ticino Tigre Tigris Tisa Tisza Trave Trent Turia Tweed Tyne Ural Uruguay Vah Var Vardar"
        " Vienne Vilaine Visla Vistula Vltava Volga Volta Vrbas Waal Warnow Warta Weichsel Werra Weser"
        " Wisła Wolga Xingu Yamuna Yangtze Yenisei Yonne Yser Yukon Zala Zambesi Zambezi"
    ).split()
)
