/** Tickets, chat, wikis, mail, calendars, customers. */
export const work = `
# Tickets and planning
issue = ticket = task = card = item
board, backlog, tracker, to do, todo, jira, trello, asana > issue, task, linear
sprint = cycle = iteration
this sprint, current sprint, working on in this, running sprint, what are we working on, this week's work > active, cycle, sprint, current
how well did the, in numbers, velocity, burndown, how did the sprint go, figures about > stats, statistics
sprint is over, end the sprint, finish the sprint > complete, cycle
put into the sprint, into the sprint, for the next sprint > cycle, add, issue
out of the sprint > cycle, remove, issue
give the ticket to, who shall do, should do it, put somebody in charge, in charge, responsible, shall take care, hand the ticket to, let somebody do, his job, her job > assign, assignee
urgent, how urgent, important, urgency, most important, hurry, first thing to do, matters most > priority
other team, another team, different team, over to the other > transfer, team
stages, which stages, steps does a, columns of the board, goes through, phases, status can > workflow, states, status, stages
new stage, another stage, new column on the board > workflow, state, create
blocks, blocked by, depends on, has to be done first, before the other, related tickets, same as the other, hangs on > relation, relations, link, blocks
no longer blocks, not related any more > relation, delete
part of a bigger, smaller part, child of, belongs under a bigger, sub task, below another ticket > subtask, sub, convert, parent
form for new, form for, pattern for, blank for, boilerplate, ready made, prefilled > template
from the form, from a pattern, from the template > template, from
sticker, category, categories, tag it, keyword, colored tag > label, labels
stick a, put a sticker, categorize, tag the ticket > label, add
discussion below the ticket, what do people say about the ticket, said about the ticket, discussion > comments, get
changed this ticket, happened to the ticket, who changed this > history, issue
bigger undertaking, undertaking, bigger effort, large effort, effort, endeavor, endeavour > project, initiative
overall goal, strategic, big goal, company goal, ambition, long term, okr, objective, strategy > initiative, roadmap
long term plan, plan of the year, plans for the year, what comes when, what is planned > roadmap, roadmaps
deadline, target date, checkpoint of the project, goal of the project, due date > milestone
how is the project going, progress report, status report, news about the project, weekly report, tell how the project > project, update, updates
who works on the project, project people > project, members
new version, ship, shipped, ship it, version goes out, launch a version, deliver a version, rollout of a version, what goes out > release
way to production, steps to production, delivery line > release, pipeline, stage
what did we ship, tell users what is new, announce the version > release, notes
saved filter, my filter, filter i saved, custom list > saved, view, views
bookmark, star, pin, favourite, quick access > favorites, favorite
news for me, what is new for me, my notifications, waiting for me, messages for me, bell > notifications, notification
how many new messages, how many news, unread, not read yet, new messages > unread, notification, count
seen it, have read, mark as seen, mark as read, read them all, all seen > mark, notification, read
keep me posted about, follow the ticket, tell me about this ticket > subscribe, issue
client wants, customer wants, clients want, wished by a customer, request by a customer, customer wish, customer asks, asks for, what customers ask, users ask for > customer, need
client = customer = account
important customers, kinds of customers, big customers, class of customer, customer level > customer, tiers
custom field, extra field, own field, additional field, extra attribute, our own field > custom, field
group = team
who is in the team, people in the team, people in the group > team, memberships, members, users
join the team, into the team, new colleague, put somebody in the team > team, add, user
leave the team, out of the team, left the team > team, remove, user
company, firm, organisation, our workspace > organization, workspace
who did what in, who logged in, trail, security log, admin log, records of what people did > audit, events
where am i signed in, signed in, sign me out, log me out, log out, logged in, all devices, other devices, other computers > sessions, session, logout, authentication
new secret, change the secret, renew the key, secret leaked, fresh secret > rotate, secret
apps connected, connected apps, connected tools, other tools, hooked up with > integrations, integration
call my url, my url, my server be called, ping my server, tell my server, notify my server, push to my url > webhook
how many requests may i, how many calls may i, too many requests, throttle > rate, limit, status
spec, specification, write up, written plan, long text, text document > document, docs
earlier versions of the document, who edited the document, former text > document, history, content

# Chat
message = post = text
chat, team chat, group chat, chatroom, discord, teams, telegram, whatsapp > slack, channel, message
room = channel
tell everybody, tell the team, announce, write in the room, say in the channel, let the team know, into the room, into the channel > post, message, send, channel
what was said, said in the room, what did they talk about, talked about, conversation in, last messages, chatter > channel, history, messages
which rooms, rooms are there, rooms do we have > channels, list
below her message, below his message, answer below, under the message, answer to that message, answer her, answer him, answer in the conversation > reply, thread
whole discussion, discussion below, all answers to, answers to that message, below that message > thread, replies
smiley, thumbs up, heart, emoji, like the message, react > reaction, emoji
who is in the chat, everybody in the chat, all people in the workspace, who is here > users, list
job title, phone number, time zone of, details of a colleague, her email, his email, about a colleague, what does she do > profile, user
direct message, private message, dm > message, direct

# Wiki
wiki = page = notion = confluence
our wiki, the wiki, workspace wiki, knowledge base, company handbook, intranet, notes app > page, notion, wiki
remark on the wiki, note on the page, comment on the page > comment, page
what do people say about the page, remarks on the page > comments, retrieve
new page, write a page, start a page, new entry in the wiki > page, post, create
put the page under, under another, another parent, different parent, put somewhere else, elsewhere, reorganise > move, page, parent
rewrite the text, change the text, new text for the page, text of the wiki > update, page, markdown, content
text of the wiki page, read the wiki page, what does the page say, read the page, wiki page as text > retrieve, page, markdown
title of the page, icon of the page, cover of the page, date of the page > page, properties, property, patch
paragraph, heading, bullet, passage, section of the page, line of the page, piece of the page, list item > block, children
add a paragraph, paragraph to the page, at the end of the page, below the page > append, block, children, patch
parts of the page, pieces of the page, paragraphs of > block, children, get
rows of the table, table in the wiki, where status is, rows where, entries where, filter the table, entries of the table > query, data, source, database, filter
columns of the wiki table, how is the wiki table built > retrieve, data, source, database
add a column to the wiki, change the wiki table > update, data, source
everybody in the wiki, people in the wiki > users
which bot, who is the bot, the integration itself, my token > self, bot

# Mail and calendar
mail = email = message
inbox, letters, mailbox, correspondence > email, mail, messages
draft = compose
write a mail, send a letter, write a letter > send, email
appointment = event = meeting
calendar = schedule = agenda = event
book a, arrange a meeting, set a date, make an appointment, put in my calendar, in my calendar, in my diary, save the date > create, event, calendar
what is on, what do i have today, my day, busy, am i free, free slot, free time, when can we meet > events, list, availability, freebusy, calendar
reminder, remind me, alarm > reminder, notification, task
call off, postpone, put off, push back the meeting > cancel, update, event
contact = person = address book
video call, conference, zoom > meeting, call
spoken, speech, recording of the call, what was said in the meeting > transcript, transcription

# Customers and sales
crm, sales, customers we sell to > hubspot, salesforce, contact, company, object, crm
companies, contacts, deals, leads, prospects, opportunities > objects, company, contact, deal
add companies, add contacts, put companies into, new customers in the crm > batch, create, objects
belong to this, which companies belong, who belongs to, linked to this contact, goes with this, connected with > associations, list, related
how can two kinds be, which kinds of links, ways to link > association, definitions, types
tie the contact, link the contact, connect the contact, contact to the company, put the contact > associations, create, batch
phone call in the crm, log a call, note in the crm, note that we talked, called the customer, write down the call > engagement, create, note
automations, automation, automated, runs by itself, automatic steps > workflows, workflow, automation
what can be stored about, fields are there, which fields > properties, list, fields
new attribute, another attribute, new field in the crm, extra field in the crm > property, create
link to the contact, address of the record, open the record in the browser, show it in the app > link, get
own kinds of objects, custom kinds, kinds of records > schemas, schema, object
invoice = bill
payment = charge = transaction
refund, money back > refund
subscription = plan
order = purchase
product = article = item

# More ways to say it
ticket, tickets > issue, issues
urgent, asap, critical, importance > priority
colleague in charge, owner, takes over > assign, assignee
frontend, backend, topic, marker, mark the ticket > label
part of the bigger, part of a bigger, bigger ticket, larger ticket, split off > subtask, sub, convert
plan the next sprint, next sprint, new sprint > create, cycle
sprints > cycles
must reach, reach beta, beta in, goal date, halfway > milestone
tell how the project, how the project is, project news, health of the project > project, update
goal for, goal of the company, year's goal, company goals > initiative
ship version, we ship, ships > release, create
new in the version, new in this version, customers what is new > release, note
signed in, signed on, sessions, sign me out everywhere, everywhere else, elsewhere signed > sessions, session, logout
key of the callback, callback leaked > rotate, webhook, secret
calls may i, may i still make, limit of calls > rate, limit
seen all, all the news, everything read > mark, all, notifications, read
filter for later, this filter, filters > view, saved
bookmark, bookmarks, starred > favorites, favorite
write something below, below the ticket, under the ticket, discussion > comment, issue
finished project, old project > archive, project
specification, plan on paper, memo, minutes, report text > document
designers, developers, engineers, marketing, department, squad, crew > team
joins the, member of, membership > team, add, user, member
belongs to the team, who belongs > team, members, memberships
wish list, wishes, feedback of a customer, complaint of a customer > customer, need
buyers, clients, companies that pay, accounts > customers, customer
stages of delivery, delivery stage > release, stage
how urgent > priority
logo of the ticket, screenshot to the ticket, link on the ticket, file to the ticket > attachment, add
permission of an app, app may use, own application, app that logs in > oauth, application
company data, our company in linear > organization
watching the ticket, which things do i follow > subscriptions
ticket out of the project, ticket in the project > project, issue
document text before, former versions > history, content
rooms, room > channels, channel
tell, announce, broadcast, shout > post, message, channel
thumbs, emoji, smile > reaction
in our chat, our chat, in the chat > slack, users, channel
note in the workspace, new note, workspace note, diary > page, post, create
written on the page, written on, is written > retrieve, page, markdown, block
end of the notes, end of the page, at the bottom > append, block, children
paragraph out, take that paragraph, drop the paragraph > delete, block
people remark, remarks > comments, retrieve
see our wiki, use our wiki > users
i called, called this client, talked with, met with, spoke with > engagement, note, call
deals, deal, lead > object, search, objects, deal
phone numbers of, several contacts, these contacts > batch, update, objects
field for companies, field for contacts > property, create
person to the company, contact with the company > associations, create
there is a bug, found a bug, new bug, something is broken > create, issue
the ticket needs, correct the ticket, change the ticket > update, issue
what does ticket, ticket say, this ticket, that ticket > issue, get
do this first, do this ticket, how pressing, pressing > priority
usual form, standard form, the form for > template
next year, coming year, next quarter, years ahead > roadmap, initiative
checkpoints > milestones, milestone
how did the project, project go, going with the project > project, updates
works with the, no longer works with, leaves the > team, remove, user
sticker for > label, create, team
piece of news, this news item > notification, mark
no longer call my, stop calling my, stop pinging > delete, webhook
ask for, asked for, clients ask, customers ask > needs, customer, request
other apps, which apps, other programs, third party > integrations, applications
link on the, link to the design, put the link > attachment, add, link
link to the design on, plan for the launch, our plan, plan for > document, search
catch me up, what did i miss, missed > history, recent, messages
where could i ask, where to ask, place to talk > channels, list
by phone, phone, birthday of, mail address of > profile, user, contact
wiki entry as, mark the wiki, tick the wiki > page, patch, properties
write it down, did we write, did we note, written down, rules, policy, how to > search, page
column in the wiki, needs a column, author column > data, source, update
columns does the list, list in the wiki, table in wiki > data, source, database
new article, put a new article > page, post, create
store about, know about companies, kept about > properties, list
whose account, with whose account, which account > user, details, self
these five, these three, several of them > batch, read
our own kinds, records of our own > schemas, schema
`;
