"""What comes before anything else, and what only sounds like it: sentences as customers write them."""

import pytest
from hypothesis import given

from care.reading import alarms, triage
from care.reading.alarms import Alarm, Relief
from care.reading.phrases import Phrases, words_of
from tests.unit.making import ANY_TEXT

SAID = {
    Alarm.DANGER: """
        suami lagi ngamuk mabuk, aku sama anak ngumpet
        kemarin saya ditendang lagi sama suami
        he's at my door and won't leave
        mantan saya di depan kos, teriak2 ngancam
        kapal kami mati mesin di laut, ombak gede
        gempa barusan kenceng bgt
        kakek saya jatuh di kamar mandi ga bisa bangun
        my grandma fell and can't get up
        anak 2 tahun ketelen koin
        mantan suami saya ngancam bunuh saya
        ada orang asing ngikutin saya dari stasiun
        someone keeps trying my door and I'm alone
        bayi saya panas tinggi kejang2
        anak saya minum cairan pembersih lantai
        suami saya mukulin saya lagi, saya ngumpet di kamar mandi
        dia mau datengin rumah bawa golok
        anak saya digigit ular
        there's smoke in my room
        There is a fire in my building
        rumah kebakaran
        tolong rumah saya kebakaran, gak bisa telpon
        kos2an sebelah kebakaran min gimana ini
        dapur saya kebakar tolong
        ada api di lantai 2
        asap tebal di apartemen
        hp gue meledak pas dicas, tangan luka bakar
        ada yg pingsan
        temen gw pingsan ga bangun2
        bapak saya sesak napas ga bisa panggil ambulans
        ibu saya tidak sadarkan diri
        suami saya kena serangan jantung
        nenek jatuh dari tangga ga sadar
        my friend is not breathing
        my father can't breathe
        my dad had a heart attack, I can't call anyone
        She's bleeding a lot please help
        someone is bleeding here
        my wife is giving birth and I have no signal
        we need an ambulance now
        please call an ambulance
        I think I'm dying
        my grandma collapsed in the kitchen
        my baby is choking
        ada kecelakaan di tol, ga bisa nelpon
        anak saya tenggelam
        kami terjebak banjir di atap rumah
        kejebak di lift mati lampu
        ada yang kesetrum kabel listrik
        motor saya ketabrak truk
        ada perampok di dalam rumah tolong
        ada maling masuk rumah
        saya diancam mau dibunuh
        ada orang bawa parang di depan kos
        saya diikuti orang ga dikenal, takut
        someone broke into my house
        a man is following me
        he is threatening to kill me
        there is a man with a knife outside
        my neighbour has been stabbed
        I'm trapped in the elevator
        car accident, people are hurt, no signal to call
        the house next door is on fire
        I smell gas in my kitchen
        tiang depan rumah mau roboh
        kabel telkom menjuntai di jalan, nyaris kena motor
        anak saya kejang kejang
        mertua saya kena stroke tolong
        istri mau melahirkan, ga ada sinyal sama sekali
        pacar saya mukulin saya
        gempa, rumah roboh
        air naik terus, kami di lantai dua ga bisa keluar
        someone is trying to break in
        there's been a crash, people are hurt
        kami hanyut kebawa banjir
        he's pointing a gun at us
        anak kecil kejebur sumur
        main free fire tapi rumah saya kebakaran
    """,
    Alarm.DISTRESS: """
        lelah hidup gini terus, usaha bangkrut, nomor mau hangus, mending mati aja
        pengen mati rasanya, kuota habis, utang numpuk
        i don't see the point anymore
        aku udah nyiapin racun, cuma mau pamit
        I keep having dark thoughts about dying alone
        rasanya hampa, ga ada yg nunggu gue pulang
        if I disappear nobody would notice
        pengen istirahat selamanya
        I have written my goodbye letters
        i don't plan on being alive by then
        i won't be around anymore anyway
        you won't hear from me again after tonight
        gak mau bangun lagi
        keluargaku lebih bahagia kalo aku ga ada
        besok aku udah ga ada
        aku udah nulis surat terakhir buat mama
        i'll be dead by then anyway
        i've decided to end things tonight
        semuanya lebih baik tanpa aku
        saya mau mati aja rasanya
        mau mati aja rasanya wkwk
        mau mati aja rasanya haha capek hidup, youtube jg lemot
        ga kuat hidup lagi, pengen nyerah
        I want to end it all
        saya mau bunuh diri
        pengen bundir aja
        rasanya pengen mati
        mending gue mati aja
        capek hidup
        rasanya mau udahan aja hidup ini
        aku benci hidupku pengen tidur ga bangun lagi
        I have the pills in front of me
        there's no point in living
        udah lelah hidup begini terus
        ga mau hidup lagi
        hidup saya udah ga ada artinya
        buat apa lagi saya hidup
        pengen mengakhiri semuanya
        mau akhiri hidup
        kepikiran buat loncat dari jembatan
        aku pengen nyakitin diri sendiri
        gak sanggup hidup lagi kak
        dunia lebih baik tanpa saya
        saya mau mati karena utang pinjol
        I want to kill myself
        I want to die
        i don't want to live anymore
        I dont wanna live
        thinking about suicide
        I feel suicidal
        i wish i was dead
        there's no reason to live
        I'm tired of living
        better off dead
        aku udah minum obat satu botol
        saya mau pergi selamanya
        cape idup
        I've been planning how to die
        I don't deserve to live
        I can't go on living
        I want to hurt myself
    """,
    Alarm.TAKEN_OVER: """
        katanya sudah pindah ke kartu lain
        kartu sim saya diganti orang lain di gerai
        ada sms ganti kartu padahal saya ga minta
        my phone has no service and my bank says the password was changed
        wa ku tiba2 logout katanya login di hp lain
        keceplosan nyebutin otp
        sinyal ilang trus ada notif transfer dari mbanking
        terlanjur kasih otp
        udah terlanjur ngasih kode otp ke penipu
        td saya kasih kode otp ke orang yg telpon ngaku dari bank
        saya sebutkan kode verifikasi ke penelepon
        wa saya dibajak
        WhatsApp saya diambil orang
        wa gw kehack min
        akun saya di hack
        nomor saya dibajak orang
        kartu sim gue dipake orang lain min
        no hp saya diambil alih
        nomor saya dipakai penipu buat nipu teman2
        ada yang pakai nomor saya buat minta uang
        SIM swap
        kayaknya saya kena sim swap
        sim saya diganti orang tanpa izin
        someone took over my number
        I gave the code to a caller
        i gave my otp to someone
        I told him the verification code
        my whatsapp was hacked
        my account got hacked
        someone else is using my number
        somebody is using my WhatsApp
        my number has been hijacked
        they stole my WhatsApp account
        my sim was swapped
        telegram saya diretas
        m-banking saya diambil alih
        nomor saya tiba2 mati trus katanya aktif di hp orang lain
        orang lain bisa baca otp saya
        a hacker changed the password of my account with you
        my number is being used for fraud
        they have stolen my number
        I read out the six digits to the man who rang
        nomor wa saya pindah ke hp orang
        Instagram sama WA saya dibajak, nomornya masih saya pegang
    """,
    Alarm.CHEATED: """
        bayar ke akun promo ternyata akunnya palsu
        kirim pulsa ke orang ngaku petugas ternyata bohong
        ada transaksi yang bukan saya lakukan
        saya ketipu transfer 2jt
        kena tipu ngaku dari operator, saldo ludes
        saldo saya ludes setelah klik link
        saya ditipu orang ngaku petugas
        barusan kena tipu online
        saya korban penipuan
        uang di rekening saya habis dikuras
        rekening saya dibobol
        terlanjur transfer ke penipu
        sudah transfer ternyata penipu
        kena scam, duit 5 juta raib
        kena penipuan undangan apk
        saldo dana saya raib
        I got scammed
        i was scammed out of 3 million
        my bank account was drained
        someone stole my money
        I transferred money to a scammer
        I'm a victim of fraud
        my balance was emptied after I clicked the link
        my SIM suddenly died and money is missing from my bank account
        I was fooled by a fake lottery
        they tricked my mother into sending 3 million
        I sent money to someone pretending to be you
        there are unauthorized transactions on my account
    """,
    Alarm.IDENTITY: """
        data ktp saya dipakai pinjol
        ditagih pinjol padahal saya tidak pernah pinjam
        nik saya disalahgunakan orang
        identity theft, someone took a loan in my name
        ada pinjaman atas nama saya padahal ga pernah
        ktp saya dipakai orang buat pinjaman online
        data saya dicatut pinjol
        someone used my KTP for a loan
    """,
    Alarm.LOST: """
        hp anak saya dipalak preman
        HP hilang kak tolong blokir kartu saya
        hp saya hilang
        hp ku ilang di krl
        hape gue ilang
        kartu saya hilang
        kartu sim hilang, mau diblokir
        kehilangan hp
        hp saya dicopet di krl
        dompet sama hp dicopet
        baru aja dijambret
        hp anak saya dicuri orang
        hp ketinggalan di gojek
        hp saya jatuh ke laut
        simcard istri saya hilang
        My phone was stolen, please block the SIM card
        I lost my phone
        lost my sim card
        my phone is missing
        someone stole my phone
        I was robbed, they took my phone
        left my phone in a taxi
        my iphone got snatched
        phone stolen need to block number
        minta tolong blokir nomor, hp saya kecolongan
        kartu hilang, nomornya penting banget
        simcard copot ga tau jatuh dimana
        I can't find my SIM card anywhere
        I lost my phone, block my number please
        a guy ran off with my phone
        kartunya kebuang, hilang
    """,
    Alarm.WORRIED: """
        my friend texted me goodbye and does not answer
        teman saya mau bunuh diri
        my brother says he wants to end his life, he is suicidal
        temen saya kirim pesan mau bunuh diri, saya harus gimana
        adik saya bilang pengen mati
        pacarku ngancem mau bundir
        my friend says she wants to die, what should I do
        my daughter keeps talking about suicide
        he said he wants to kill himself
        anak saya nyakitin diri sendiri terus
    """,
    Alarm.MISSING: """
        kakek saya pikun, keluar rumah dari subuh belum pulang
        my dad has dementia and walked out this morning
        adek gua 7 taun ilang di pasar minggu dari siang tadi
        tolong min anakku blm pulang dari sekolah, hp nya mati
        kakek saya pikun ilang dari tadi pagi
        anak saya hilang, hpnya ga aktif, tolong lacak nomornya
        anak saya hilang di mall
        anak saya umur 5 tahun hilang
        istri saya belum pulang dari kemarin
        bapak saya pikun tadi hilang dari rumah
        adik saya kabur dari rumah, bisa lacak hpnya?
        my son is missing
        I lost my daughter in the mall
        I can't find my little boy anywhere
    """,
    Alarm.HARASSED: """
        anak saya dapat foto ga pantas dari nomor asing
        someone is sending my daughter inappropriate pictures
        mantan suami kok selalu tau saya ada di mana
        kayaknya hp saya disadap suami
        i think my boyfriend put a tracker on my phone
        ada aplikasi mata2 di hp saya, pacar tau semua isi chat
        anak saya 10 tahun dichat orang dewasa dari game minta foto
        ada akun aneh deketin adik saya kelas 5 sd ngajak ketemu
        a guy in my daughter's game asks for pics, she's 12
        anak saya dibully di grup kelas
        ada om2 di wa minta foto ga pake baju
        aku masih smp ada cowo di ig minta pap bugil
        someone keeps asking me for nudes, im 14
        a man asks my daughter for naked pictures
        disuruh buka baju di video call
        dia minta vcs terus
        cowok saya nyebarin video pribadi saya
        om2 ga dikenal ngirim foto kelaminnya ke wa saya
        saya diperas orang, ngancem nyebarin video
        saya diancam videonya disebar kalo ga transfer
        ada nomor ga dikenal ngirim foto2 jorok terus tiap malem, takut
        ada yang ngancam mau sebar foto saya kalau ga transfer
        dikirimin video mesum sama nomor gak kenal
        saya diperas habis vcs
        he threatens to post my nude photos
        someone keeps sending me obscene pictures
        I'm being blackmailed
        mantan saya neror terus lewat sms
    """,
    Alarm.INFECTED: """
        someone is controlling my phone after I installed an app from a link
        i think i installed malware
        kena virus hp nya gara2 klik link
        saya klik link undangan dari wa tadi
        keburu instal apk dari kurir
        I clicked on a link from a scam sms
        saya klik link undangan nikah .apk trus hp jadi aneh
        udah terlanjur klik apk
        tadi ngeklik file undangan apk
        I opened an apk from a courier message
        I clicked a suspicious link and my phone acts weird
        hp saya kena virus
    """,
}
NOT_SAID = """
    sinyal lemot banget pengen mati rasanya
    capek nunggu cs dari pagi, mau mati rasanya
    capek hidup dengan sinyal begini
    mati aja deh ni hp
    gue dibunuh ping 300ms pas ranked
    kemarin ada kebakaran di deket tower, kapan sinyal normal
    kecelakaan beli paket, salah pencet
    bapak saya keluar kota belum ketemu sinyal
    bisa pantau pemakaian kuota anak saya?
    anak saya 10 tahun minta paket buat main game
    hp jatuh ga bisa nyala
    modem jatuh terus ga bisa bangun lagi
    kartunya udah saya pindah ke hp lain
    i want to kill my postpaid plan
    pengen bunuh orang rasanya internet lemot mulu
    sinyal lenyap se kecamatan
    tewas gue kuota sisa 10mb
    my husband died, how do i close his number
    mau mati rasanya deadline jam 5
    wifi kos lemot bikin pengen mati aja rasanya wkwkwk
    mau mati aja rasanya haha youtube muter terus
    mati gaya di kosan ga ada kuota
    bisa mati bosen gue kalo ga ada internet
    my phone won't wake up
    hp ga mau bangun lagi layarnya item
    aku ga mau hidup tanpa kuota wkwk
    nyawa gue di ml abis gara2 lag
    i won't be here next month, travelling to japan
    besok saya udah ga di jakarta
    lebih baik tanpa iklan
    habis reset hp ilang semua settingannya
    settingan apn di hp hilang
    if my phone gets stolen what do i do
    apa bedanya sim swap sama ganti kartu
    sinyal ilang pas buka mbanking
    ganti nomor tapi ga ganti kartu bisa?
    got a WhatsApp saying I won a prize, is this legit
    kirim foto ktp buat daftar
    ini beneran xl bukan penipu?
    username sama password nya diisi apa?
    promo 50% ternyata bohong
    buka aplikasi cek kuota kok butuh kuota
    udah install ulang aplikasi tetep ketutup sendiri
    udah bisa buka aplikasinya
    eh keburu kepencet, tolong jangan diproses
    baik kak kami bantu cek trus ilang ditelan bumi
    ganti nomer karena diteror mantan
    kok tiap buka aplikasi disuruh login lagi
    hp saya oppo reno 11
    hp saya nokia jadul
    hp lowbat nih
    hp saya jatuh ke air
    hp saya rusak lcd nya
    hp kecemplung ember
    my phone is broken
    motor saya dicuri
    rumah saya kemalingan semalam
    my bike was stolen
    laptop saya dicuri
    kucing saya hilang
    sinyal hp anak saya hilang
    anak saya hilang kuotanya
    ibu saya pulsanya hilang
    my son is missing calls from school
    ibu belum pulang
    kartu hilang tapi udah ketemu kok
    hp ilang kemarin eh sekarang udah ketemu
    I lost my phone yesterday but found it, is my sim still blocked?
    actually, found it! false alarm
    I got a scam call but gave nothing
    saya ga kasih otp kok
    untung gak saya kasih kodenya
    aki motor kebakar, bisa transfer pulsa ga ke montir
    my wifi is on fire lol so fast
    I want to kill my internet provider lol
    diteror telemarketing terus
    diteror pinjol tiap hari
    kirim apk aplikasinya dong
    terlanjur klik beli paket
    cara download apk myxl
    anak saya pengen beli paket
    teman saya mau pindah ke xl
    my friend wants to buy a sim
    There is a problem with my bill
    there is no signal
    There's a new promo?
    tidak sadar kuota habis
    saya ga sadar ternyata kepotong pulsa
    bapak saya ga sadar kuotanya habis
    terjebak promo
    terjebak langganan yang ga bisa berhenti
    sinyal mati
    mau mati nunggu cs
    sampe mau mati nunggu balasan
    mau mati rasanya nunggu cs
    free fire
    ga bisa main free fire, ping merah
    HP mati
    hp saya mau mati, baterai low
    kuota terbakar
    I'm dying to get 5G
    this is killing me
    my battery is dying and no signal
    you guys are on fire
    sejak kebakaran kemarin sinyal belum normal
    setelah kecelakaan kemarin hp saya error
    berapa nomor darurat kebakaran?
    pingsan liat tagihan
    tagihan segini bikin serangan jantung
    almost had a heart attack when I saw the bill
    this bill gave me a heart attack
    drowning in spam messages
    jaringannya sekarat
    modem saya ga mau hidup
    hp ga bisa hidup lagi
    wifi mati hidup terus
    capek hidupin mati data terus
    I want to end my subscription
    I want to end this call
    bored to death by your robot
    film bunuh diri itu ada di aplikasi ga?
    mending mati aja nih provider
    emosi meledak gara2 sinyal
    kak hidup segan mati tak mau nih sinyalnya
    ada asuransi kecelakaan ga?
    info gempa lewat sms bisa?
    is there smoke detector package
    cara lapor nomor penipu
    gimana cara melaporkan penipu
    ada sms penipuan masuk
    banyak banget sms penipuan
    waspada penipuan
    hati-hati penipuan mengatasnamakan kalian
    ditipu promo
    merasa ditipu sama iklan unlimited
    ketipu paket murah, ternyata lokal doang
    kena tipu paket unlimited kalian
    scammed by your promo
    you guys are scammers
    is this a scam? somebody asks for a code
    this is a scam, right?
    ada yang minta kode otp, ini penipuan bukan?
    boleh ga kasih otp ke petugas?
    jangan kasih otp
    untung ga saya kasih kodenya
    saya takut nomor saya dihack
    apakah nomor saya disadap?
    kode otp ga masuk
    udah saya masukin kode otp tapi gagal
    I never gave anyone my code
    should I give the code?
    you sent me the wrong code
    you gave me the wrong code
    what is sim swap?
    pulsa saya dicuri
    kuota dicuri
    pulsa dirampok terus
    robbed by your prices
    feels like being robbed
    someone is stealing my quota
    saldo pulsa ludes
    pulsa ludes padahal ga dipakai
    kuota ludes
    sinyal hilang
    pulsa hilang
    hp hilang sinyal
    sinyal di hp saya hilang
    kartu hilang sinyal terus
    kuota di kartu saya hilang
    lost signal
    I lost signal on my phone
    lost my signal
    my phone lost signal
    I lost my patience
    kontak di hp hilang semua
    aplikasi hilang dari hp
    kalau hp hilang gimana cara blokirnya?
    what happens if I lose my phone?
    takut hp dicuri
    ganti kartu ke esim
    saya mau ganti kartu sim yang rusak
    terlanjur beli paket salah
    terlanjur isi pulsa ke nomor salah
    it took over an hour
    it has taken over two weeks
    nomor ini dipakai orang tua saya
    kartu ini bisa dipakai orang lain?
    ada promo bom kuota?
    lagu dibunuh rindu jadi nada tunggu
    hati-hati di jalan
    mati lampu di rumah, sinyal ikut hilang
    paket saya mati
    nomor saya mati, mau diaktifkan lagi
    masa aktif mau habis
    listrik padam internet mati
    help
    tolong
    tolong cepat dong
    bantu saya kak
    apa itu otp
    kalo ganti nomor hp akunnya gimana ya? saldo nya hilang ga
    do you sell phones
    my internet is dead
    dead zone at my house
    sinyalnya bunuh saya pelan pelan
    the app crashed
    aplikasi crash terus
    harga paket gila
    kartu saya diblokir
    nomor saya ditelpon pinjol terus
    diteror telemarketing
    ada API untuk developer?
    saya mau nyusul suami ke Singapore, paket roaming apa ya
    I want to jump to the 5G plan
    my number is gone for good, can I get it back?
    saya mau akhiri saja langganannya
    tolong akhiri semua langganan saya
    I want to end this chat
    the app is not responding
    orang gerai tidak respon
    ada orang asing mau beli kartu, syaratnya apa
    tolong ASAP di proses ya
    please call me asap di nomor ini
    hp saya jatuh dari motor, layar retak
    tiang ditabrak mobil, internet mati
    they have my number but never call back
    they put the refund into my account?
    after XL took over Axis my plan changed
    kirim file apk aplikasinya dong
    I clicked the link and nothing happened
    I opened the app link in the SMS and it shows error
    data saya dipakai buat apa aja
    my data was used for what?
    someone used my data via hotspot
    dijebak promo
    ada sms undian palsu masuk ke hp saya
    dapat sms mama minta pulsa
    my balance is gone after one call
    uang habis buat telpon
    pulsa salah kirim ke nomor orang lain
    is my data in danger?
    kami pelanggan merasa ditipu
    saya terjebak di rumah tanpa internet
    how do I end everything related to my package
    gimana cara matikan data
    cara mati kan paket otomatis
    apakah kalau saya mati nomor saya diwariskan
    I'm ready to go and buy a new SIM
    I'm leaving for good to another operator
    no reason for me to go to the shop
    selamat tinggal semua, saya pindah operator
    depresi gue sama sinyal kalian
    hp ilang notifikasinya
    sim card gone from the settings menu
    how to call an ambulance from a mobile
    I'm not in danger, it's just an expression
    I said signal lost, not phone lost
    otp itu boleh dikasih ke petugas ga
    could a stolen number be restored
    gimana kalau suatu saat hp saya dicuri, bisa diblokir dari jauh?
    kuota abdi leungit sorangan kang
    Saya sudah kirim foto KTP untuk balik nama
    kartu sy hilang masa aktif
    baterai hp kayak dibunuh pelan2
    hp saya hilang minggu lalu, mau bikin kartu dengan nomor yg sama
    nik saya dipake orang buat daftar nomor, cara ceknya?
    syarat ganti kartu hilang apa aja?
    esim hilang setelah reset hp
    kabel depan rumah putus ketabrak truk, wifi mati
    Took me three hours in the shop to get a SIM swap
    capek gue sama sinyal kalian, mau mati rasanya nunggu loading
    how can I protect my number from being hijacked
"""


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("alarm", "text"), [(alarm, line) for alarm, text in SAID.items() for line in lines(text)])
def test_who_is_in_need_is_heard(alarm: Alarm, text: str) -> None:
    assert alarms.read(text) is alarm
    assert alarms.read(text.upper()) is alarm
    seen = triage.read(text)
    assert seen.priority is alarm.priority
    assert seen.danger == alarm.is_of_life


@pytest.mark.parametrize(
    ("text", "relief"),
    [
        ("ketemu kok", Relief.FOUND),
        ("ketemu min kartunya", Relief.FOUND),
        ("ga jadi ilang hehe kartunya nemu di laci", Relief.FOUND),
        ("alhamdulillah hp nya ada di mobil", Relief.FOUND),
        ("dompet udah balik, kartu aman", Relief.FOUND),
        ("found it", Relief.FOUND),
        ("false alarm", Relief.FOUND),
        ("untung gak saya kasih kodenya", Relief.UNTOUCHED),
        ("I didn't give them anything", Relief.UNTOUCHED),
        ("motor saya dicuri", Relief.ELSEWHERE),
        ("rumah saya kemalingan semalam", Relief.ELSEWHERE),
        ("hp hilang belum ketemu", None),
        ("hp saya dicuri", None),
        ("pulsa saya dicuri", None),
        ("I haven't found it", None),
        ("sampai ketemu lagi", None),
        ("hp saya ada di rumah, bisa cek kuota?", None),
        ("kartu sim saya sudah kembali normal", None),
        ("kalian ga kasih kabar", None),
        ("belum saya kasih bintang", None),
        ("jangan kasih otp ke siapa2", None),
        ("ada yg nelpon ngaku dari xl minta kode otp, saya ga kasih", Relief.UNTOUCHED),
        ("an email asking me to log in, I have not clicked anything", Relief.UNTOUCHED),
        ("saya ga buka apa apa kok pulsa habis", None),
        ("dapet sms menang undian suruh klik link, bener ga?", Relief.ASKED),
        ("I got a text saying I won a prize, is this legit?", Relief.ASKED),
        ("ada yg nawarin hadiah motor lewat wa, disuruh transfer pajak, saya curiga", Relief.ASKED),
        ("paket 10 gb 45 ribu itu bener ga?", None),
        ("ini beneran xl bukan penipu?", Relief.DOUBTED),
        ("are you really XL?", Relief.DOUBTED),
    ],
)
def test_what_takes_a_fear_away(text: str, relief: Relief | None) -> None:
    assert alarms.relief(text) is relief


@pytest.mark.parametrize(
    ("text", "is_minor"),
    [
        ("aku umur 13 ada om2 minta foto", True),
        ("im 15 and he wants pics", True),
        ("saya 16 tahun", True),
        ("aku masih smp kak", True),
        ("umur saya 35 tahun", False),
        ("udah 14 tahun langganan", False),
        ("umur kartu 3 bulan", False),
        ("masih kerja", False),
    ],
)
def test_who_is_a_minor_is_told_by_age_or_school(text: str, is_minor: bool) -> None:
    assert alarms.of_minor(text) is is_minor


@pytest.mark.parametrize("text", lines(NOT_SAID))
def test_what_only_sounds_like_need_is_not(text: str) -> None:
    assert alarms.read(text) is None
    assert alarms.read(text.upper()) is None


@given(ANY_TEXT)
def test_any_text_is_read(text: str) -> None:
    found = alarms.read(text)
    assert found is None or found in Alarm
    assert triage.read(text).alarm is found


@given(ANY_TEXT)
def test_what_is_said_in_a_sentence_of_its_own_is_heard_whatever_else_is_said(text: str) -> None:
    assert alarms.read(f"rumah saya kebakaran. {text}") in (Alarm.DANGER, Alarm.DISTRESS)


@pytest.mark.parametrize("text", ["tidak " * 20_000, "mau mati " * 10_000, "hp saya " * 10_000, "lost my " * 10_000])
def test_texts_made_to_be_slow_are_read_as_any_other(text: str) -> None:
    assert alarms.read(text) in (None, *Alarm)


@pytest.mark.parametrize(
    ("phrase", "text", "is_found"),
    [
        ("there_is/there's/there_are a? fire", "there is a fire", True),
        ("there_is/there's/there_are a? fire", "there's fire", True),
        ("there_is/there's/there_are a? fire", "there is a problem", False),
        ("hp/kartu saya? hilang", "hape gue ilang", True),
        ("kasih .. otp", "kasih dia kode otp", True),
        ("kasih .. otp", "kasih dia. kode otp", False),
        ("butuh ambulan*", "butuh ambulans", True),
        ("butuh ambulan", "butuh ambulans", False),
    ],
)
def test_phrases_mean_what_their_signs_say(phrase: str, text: str, is_found: bool) -> None:
    assert bool([*Phrases({"it": [phrase]}).find(words_of(text))]) == is_found


@pytest.mark.parametrize("phrase", ["sudah? mati", "kidnap*", ".. mati"])
def test_a_phrase_begins_with_a_whole_word(phrase: str) -> None:
    with pytest.raises(ValueError, match="whole word"):
        Phrases({"it": [phrase]})
