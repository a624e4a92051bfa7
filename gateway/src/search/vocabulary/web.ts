/** Browsers, pages, requests, and what is found on the internet. */
export const web = `
# A browser
page = site = website = web page = webpage
browser = tab = window = page
screenshot = capture = snapshot
picture of the page, picture of the screen, image of the page, image of the screen, how does it look, how it looks, what it looks like, what does it look like, looks right now, looks like, look right now, show me the page, show me the site, snap a, photograph > screenshot, capture, image
film the, record the screen, video of the screen, record a video, movie of the > screencast, video, recording, record
click = press = tap = push
push the button, press the button, hit the button, press on, button > click
type = enter = input = fill
fill in the form, fill out, form, complete the form, put my name in, put text, enter my, write into the, text box, text field, field on the page, put into the box, search box > fill, type, form, input, field
several fields, whole form, all fields > fill, form
choose from, pick from, pick an option, dropdown, choose an, choose the, selection list, drop down, pick the country, choose my > select, option
keyboard, shortcut, hit escape, hit enter, hit tab, escape key, enter key, press enter, press escape, hotkey, hit > press, key, keyboard
pointer, mouse, cursor, point at, move over, pointer over, mouse over > hover, mouse
drag = move = drop
pull it over, drag and drop, pull one thing onto, carry over > drag, drop
go to, open the site, open the page, open a site, load the page, visit, surf to, head to, call up, open this address, bring up the page > navigate, open, url
go back, previous page, one page back, page before, back to the page > back, navigate, history
go forward, page after, next page again > forward
reload, refresh, load again > reload, navigate
other tab, open tabs, open sites, open pages, open windows, another tab, new tab, all my tabs, switch to the other, other open > tabs, tab, pages, select, page
close the browser, shut the browser, quit the browser, no longer need the page, close the tab, close the window > close, browser, page
popup, pop up, alert box, confirm box, are you sure, question box, ok in the message, message box, say yes to, confirm dialog, prompt > dialog, handle
file chooser, choose a file, put a file on the page, hand a file to > upload, file
wait until the text, until it appears, until it shows, appears, show up, shows up, disappears > wait, text
bigger window, smaller window, window size, as wide as, wide, narrow, size of the window, shape of the window, small screen, large screen, phone size, size of a phone, screen of a phone > resize, viewport, size
javascript errors, errors on this site, error output of the page, errors does the page, what does the page complain, script errors, printed to the console, errors in the page > console, messages, logs, errors
requests does the page, which requests, calls does the page make, what does the page load, traffic, what does the site fetch, calls to the server, sends to the server, server calls > network, requests
server answer, that one request, headers of the request, body of the request > network, request, response
run a bit of script, run script, small program in the page, run code in the page, line of javascript, script inside, in the page > evaluate, script, javascript
javascript = js = script
accessible structure, accessibility, screen reader, structure of the page, outline of the page, blind, disabled people, elements on the page, which elements > snapshot, accessibility, a11y
words on the page, plain text of the page, just the text, text of the page, wording on the page, what text > text, visible, find, content
source of the page, markup of the page, raw page > html, visible
dark mode, light mode, color scheme, colour scheme, dark theme, when printed, print view, print style > emulate, media, color
pretend, simulate, as if, imitate, act as if, fake, like a > emulate, simulate, custom
slow connection, bad connection, slow network, slow internet, offline, slow phone, poor network, on a phone, on a mobile, mobile > emulate, network, throttling, device
use another browser, other browser, look like another browser, think that i, identify as, different browser, believe i am > user, agent, user-agent
printable, print out, on paper, print, printed > pdf, print
keep the page, save the page, page as a document, page as a file > save, pdf, page
styling, styles, style, colours, colors, which font, looks of the button, design of the button, spacing, margin, stylesheet > css, styles
speed of my site, slow to load, loads slowly, why is the site slow, how fast, page is slow, sluggish, loading time, load time, performance > performance, trace, audit, insight
rate the, grade, score of my site, quality of my site, quality of the page, how good is my site, search engine friendly, seo > audit, lighthouse, quality
memory does the page, memory leak, eats memory, uses memory, memory hog, leaking > heap, snapshot, memory
part embedded, embedded frame, inner frame, frame inside, page inside the page > iframe
opens a new window, link that opens > click, switch, tab

# Requests
call an api, call the api, call that, web api, endpoint, rest, with a json body, http call, web service, hit the endpoint > request, http, api, post, get
ask the endpoint, read from the api > get, request, http
send data to, send json, json body, body > post, request
check the answer of, check what the server answered, expected answer, answer was right > assert, response, expect
partial change, change part of > patch
url = link = address = uri
webhook = callback = hook

# On the internet
search the web = web search = google
internet, online, on the web, on the net, google, world wide web, look on the internet, around the web, duckduckgo, bing > web, search
pictures of, photos of, images of, photo, illustration of > image, search
clips, clip of, films about, videos about, youtube, movie about, film of > video, search
headlines, in the papers, in the press, journalists, newspaper, what happened in, current events, happening in the world > news, search
restaurants, shops near, near me, nearby, in the neighbourhood, around here, close to, opening hours, around the corner, cafe, bakery, pharmacy, dentist, hotel, bars > local, place, places, search
clean text, article at, text of an article, contents of a site, contents of a website, contents of the address, text of this address, read this address, what does the article say, page as text, page as markdown, get the article > scrape, extract, content, url, markdown
scrape = extract = crawl
whole site, entire site, entire website, all pages of, every page, each page of, all of its pages > crawl, site, website
addresses, which addresses, which pages, pages are there, list of pages, sitemap, pages does the site, subpages > map, urls, site
web page changes, page changes, site changes, changes on the page, tell me whenever that web, tell me when that page, new on the page, page differs > monitor, change, watch
what do you watch, pages being watched, watched pages > monitor, list
past checks, earlier checks, what did the watch find > monitor, checks
crawling budget, budget, how much is left, what is left, quota, allowance, units left, used up, left to spend, credit, remaining > credit, usage, limit, rate
thorough report, in depth, many sources, deep dive, comprehensive, study of, investigate, from many sources, look into a topic, background on > research, report, deep
scientific, science, papers, studies, scholars, academic, arxiv, publications, journal > paper, papers, research, search
similar papers, cited by, cites, papers like > related, papers
read a pdf, word document into text, parse a document, office document > parse, document
structured data from, as a table from the web, facts from the sites > extract, agent, structured
work a live page, control the page, operate the page > interact, browser
was the result good, rate the result, poor result, useful result, say that the result > feedback
answer made from search, short answer from the web, summary of the search, summary of results > summarizer, summary
text for the model, context for a model, grounding > context, llm

# More ways to say it
markup, dom, source of the site > html
leak, leaks memory, garbage collection > heap, snapshot, memory
film, movie, footage, recording > screencast, video, recording
words that a reader, reader sees, readable, what a visitor reads, wording > text, visible
endpoint, api, rest, backend > request, http, api, get, post
box, boxes, form, forms, input, questionnaire, registration > form, fill, input
list of countries, country, countries, choices, options, menu, combo > select, option
card, cards, slider, handle, shove > drag
where i was before, i was before, page i came from, one step back > back, navigate
question popped up, popped up, pops up, asks for confirmation, confirmation, warning > dialog, handle
before the word, do not continue, not continue, loaded completely, finished loading, until > wait
sends, sent to, its servers, talks to, loads from, fetched > network, requests
done with the site, leave the site, shut > close
endure, slow, why is it slow, delays > performance, trace
from what i click, out of what i click, my clicks, what i click, by clicking > codegen, session
film what happens, moving picture > screencast, start
banner, link, icon on the page, checkbox, item on the page > click, element
scroll, swipe > scroll
cookie, cookies, session data, local storage > cookies, storage
login page, password field > fill, form
zoom, magnify > zoom, emulate, resize
location of the device, position of the device, geolocation > emulate, geolocation
robots, blocked by the site, disguise, disguised, pose as > user, agent
read all pages, all pages, manual site, documentation site > crawl
knots, recipes, reviews, prices, facts, answer to, find out about > search, web
world, politics, events of the day, latest about, breaking > news
studies, study, scientists, researchers, professors, university > paper, papers, research
text out of this pdf, out of this pdf, out of the pdf, scanned > parse, document, pdf
watching for me, watch for me, you watch > monitor, list
check now, look right now, check the page now > monitor, run
watch less often, watch more often, change how often > monitor, update
money left, tokens left, used so far, consumed > credit, usage
front page, home page, homepage, start page, portal > navigate, page, url
as the visitor sees, as a visitor sees, what the visitor sees, what users see, appearance, looks, look of > screenshot, page
iphone, ipad, android, tablet, smartphone, phone > device, emulate, resize, mobile
take to show, time to show, until it shows, load time, seconds to load > performance, trace, audit
did the server answer, server answered, answer of the server, answers to the site > network, request, response
carry, bin, trash can > drag, drop
anywhere on the site, somewhere on the page, is the word, the word > find, text, visible
call to the web api, web service, by a call > http, request, api
follow the link, the link > click
match, score, who won, who is, who was, when did, when was, how old is, capital of, president of > web, search
short answer, made of what the web says, in a nutshell > summarizer, summary
names and prices, prices out of, facts out of, data out of > extract, scrape, data
does the study, that study, the study say, passage of the study > paper, read
look at that page less, check that page > monitor, update
throws, throw exceptions, exceptions > console, errors, messages
`;
