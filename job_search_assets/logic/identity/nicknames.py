"""The short forms of given names, so that Bob and Robert count as one name.

A short form that belongs to several names stands with the commonest: the comparison is evidence, not proof.
Add a line for a language that your users speak.
"""

_SHORT_FORMS = """
abigail: abby abbie gail
abraham: abe bram
albert: al bertie
alexander: alex alec sandy sasha xander alexandre alessandro aleksandr alejandro
alexandra: sandra lexi
alfred: alf alfie fred freddie
amelia: millie
andrew: andy drew andreas andre andrea
anne: ann anna annie nan nancy hannah anita
anthony: tony antonio anton antoine
archibald: archie
arthur: art artie
augustus: gus august
barbara: barb babs
bartholomew: bart
beatrice: bea trixie
benjamin: ben benny benjy
bernard: bernie barney
bridget: biddy bridie
caroline: carrie carol lina
catherine: cathy cath kate katie kathy katharine katherine kathleen kitty kit katy kathryn katarina
cecilia: cissie celia cecily
charles: charlie chas chuck carl carlos karl charley
charlotte: lottie lotte
christina: chrissie tina christine
christopher: chris kit christoph kris
clara: clare claire
constance: connie
cornelius: neil corney
cynthia: cindy
daniel: dan danny
david: dave davy davie
deborah: debbie deb
dennis: den denny denis
dominic: dom nick
donald: don donnie
dorothy: dot dolly dottie dorothea
douglas: doug
dudley: dud
edmund: ned edmond
edward: ed eddie eddy ted teddy eduard eduardo
eleanor: nell nellie ellen nora elinor elena helen lena
elizabeth: liz lizzie beth bess bessie betty eliza elsie betsy lisa libby elisabeth lizzy isabel isabella
emily: em emmy
emma: emmie
ernest: ernie ern
esther: hester essie
eugene: gene
florence: flo florrie flossie
frances: fanny fran frankie francesca
francis: frank frankie francisco franz francois
franklin: franky
frederick: freddy frederic fritz friedrich
gabriel: gabe
geoffrey: geoff jeff jeffrey
george: georgie jorge georg georges
gerald: gerry jerry
gertrude: gertie trudie trudy
gilbert: gil
gregory: greg
harold: hal
harriet: hattie
henrietta: hettie etta
henry: harry hank hal heinrich enrique henri
herbert: herb
horace: horatio
hubert: bert
hugh: hughie huw hugo
humphrey: humph
ignatius: iggy
isaac: ike zac
jacob: jake
james: jim jimmy jamie jem jimmie
jane: janey jenny janet jean joan jeanne
jeremiah: jerry jeremy
jessica: jess jessie
joanna: jo
john: jack jackie johnny jock jon johnnie juan johann jan jean
jonathan: jonny
joseph: joe joey jos jose josef
josephine: josie
joshua: josh
judith: judy
julia: julie
kenneth: ken kenny
kimberly: kim
laurence: larry lawrence lorenzo
leonard: len lenny leo leon
lewis: lew lou louis ludwig luis
louisa: louise lulu
lucy: lucinda lucille
mabel: mab
margaret: maggie meg peggy madge marge daisy greta rita margot margery maisie may
martha: mattie patty
martin: marty
mary: molly polly mamie marie maria moll minnie mae
matilda: tilly maud tilda mattie
matthew: matt mat mateo
maurice: morris
maximilian: max
michael: mike mick mickey micky miguel michel mikhail
miles: milo
mildred: millie
miriam: mimi
nathaniel: nat nathan nate
nicholas: nick nicky nico klaus nicolas nikolai
oliver: ollie noll
oscar: ossie
patricia: pat patsy trish tricia
patrick: paddy pat
paul: pablo paolo
penelope: penny
percival: percy
peter: pete pedro pierre
philip: phil pip phillip felipe
priscilla: prissy cilla
rachel: rae
raymond: ray
rebecca: becky becca
reginald: reg reggie rex
richard: dick rick ricky rich richie dickie ricardo
robert: bob bobby rob robbie robin bert roberto rupert
roderick: rod roddy
roger: rodger
roland: rollo
ronald: ron ronnie
rosemary: rose rosie
samuel: sam sammy
sarah: sally sadie sara sal
sebastian: seb bastian
sidney: sid sydney
simon: si
solomon: sol
stephen: steve steven stevie stefan esteban etienne
susan: sue susie susannah susanna suzanne
sylvester: sly
theodore: theo
theresa: tess terry tessa teresa terri
thomas: tom tommy thom tomas
timothy: tim timmy
tobias: toby
ursula: ursa
valentine: val
victor: vic
victoria: vicky tori vicki
vincent: vin vince vinny
virginia: ginny
walter: walt wally wat
wilfred: wilf
wilhelmina: mina minna
william: bill billy will willie willy liam wm guillermo wilhelm guillaume
winifred: winnie freda
zachary: zach zack
"""

_ROOT_OF_SHORT_FORM = {
    short: line.partition(":")[0]
    for line in reversed(_SHORT_FORMS.strip().splitlines())
    for short in line.partition(":")[2].split()
    if short + ":" not in _SHORT_FORMS
}


def root(name: str) -> str:
    """The given name that a lower-case name is a form of, or the name itself."""
    return _ROOT_OF_SHORT_FORM.get(name, name)
