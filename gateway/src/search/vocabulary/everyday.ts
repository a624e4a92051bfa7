/** What people do with things, whatever the trade. */
export const everyday = `
# To see
show = display = view = get = list
list = enumerate = list all = overview
get = fetch = read = retrieve = load = obtain
read = open = view
describe = details = explain = info = information
search = find = query = lookup = locate
count = number = total = amount
what is in, what is inside, what does it say, contents of, inside of > read, get, contents
what are, which are, what is there, which ones, what kinds of, all the, everything, what do we have, do we have, is there any, are there, have we got, which have, who are, what exists > list, get, all
how many, number of, how often > count, number, total, stats
how much > size, usage, count, stats, amount
how big, how large > size, length, stats
tell me about, more about, the details, in detail, everything about, know about > describe, get, details, info
look up, look for, where is, where are, hunt for, hunting for, dig up, track down, come across, is there a, can you find, anything about, mention, mentioning, containing, who has > search, find, query
look at, look into, take a look, glance at, check out > get, read, view, inspect
one particular, this one, that one, by its number, single one > get, id
latest, newest, last few, lately, today, yesterday, recent > recent, list, history
by hand > manual
overview, summary, sum up, in short, in brief, gist, digest > summary, summarize, overview
compare, difference, different, differ > diff, compare
who, whom, somebody, someone, person, people, colleague, coworker, teammate > user, member, profile
who am i, my own account, myself, logged in as, my account, under which name > viewer, self, current, user, me, whoami

# To make
create = add = new = make = insert
set up, put together, put up, make a new, start a new, open a new, start a, begin a, set one up, come up with, establish, found, introduce, bring up, draw up, build > create, new
write = create = update = compose
note down, jot down, write down, put down, keep in mind, put on file, take note, keep that, keep this > add, create, note, record, save
prepare, plan, draft > create, draft
register = sign up = enroll
put in, fill in, throw in, include, attach to, append, one more, another > add, insert, append
several, many, a bunch of, a batch of, a lot of, multiple, all together, in one go, in bulk, bulk, in one step, in one request, ten, dozen > batch, multiple, many, bulk
generate = produce = create

# To change
update = edit = modify = change = set = patch = alter
correct, fix, adjust, revise, rework, rewrite, improve, amend, tweak, touch up > update, edit, patch
rename = retitle
call it otherwise, be called, another name, different name, new name, other name, called differently, give it a name > rename, name, update
move = relocate = transfer
hand over, pass on to, pass it to, shift > transfer, move, assign
move to, put under, put into, belongs under, belong to > move, parent, relation
copy = duplicate = clone
make a copy, second copy, same again, one just like > duplicate, copy, clone
replace = substitute = overwrite = swap
switch = change = select
turn on, enable, activate, switch on > enable, set, start, update
turn off, disable, deactivate, switch off > disable, set, stop, update
sort = order
mark as, flag as > mark, set, update
merge = combine = join
connect, tie, tied to, hook up, related to, belongs to, goes with > link, relation, association, connect
split, separate > split
convert = translate = transform
turn into, as a, make it into > convert, export

# To remove
delete = remove = erase = drop = destroy = purge = trash
get rid of, throw away, throw out, take away, take out, wipe, dump, discard, kick out, scrap, ditch, toss, eliminate, no longer need, not needed any more, not there any more, is gone, forget > delete, remove, drop
clean up, tidy up, clear out, leftover, leftovers, junk > clean, cleanup, clear, delete
close = finish = complete = end
put away, shelve, retire, out of sight, old ones, mothball > archive
undo, take it off, restore, revive, reinstate, undelete, bring it back, recover, go back to, return to, as it was, how it was > restore, revert, undo, reset, unarchive, rollback
cancel = abort = stop
done with, is over, is finished, is done, wrap up, over and done > complete, close, end, finish

# To run
run = execute = start = launch = invoke = trigger
start = begin
stop = end = terminate = kill = halt = shutdown
right now, immediately, now > current, run
wait = until = pause
wait until, as soon as > wait
keep an eye on, keep me posted, tell me when, tell me whenever, let me know, whenever, inform me, watch for, keep track of, alert me, stay informed, keep me informed, keep informed > monitor, subscribe, watch, notify, webhook
stop watching, not be told, no more news, leave me alone > unsubscribe, delete, monitor, subscription
automatic, automatically, every day, every hour, every week, each morning, daily, weekly, hourly, regularly > schedule, monitor, cron, recurring
how far, how is it going, is it done, is it ready, still running, progress, finished yet, ready yet, what state > status, progress, state, check
works, is it up, is it alive, alive, still there, reachable, healthy, respond > ping, status, health, check
allowed, may, permitted, permission, right, rights > allowed, permission, access
try = test
repeat, once more, again > retry, again, rerun
send = post = submit = publish = deliver
answer = reply = respond
tell, say to, write to, drop a line, let know, inform > send, post, message, notify
give me, hand me, let me have, bring me > get, download, export
save = store = keep = persist
download = save = export
upload = attach = import
attach, put onto, hand in > upload, attachment, attach
share = invite

# More ways to say it
grab, pull down, pick up, collect, gather, obtain, receive, dig out, look through, look around, go through, skim, scan > get, fetch, read, list, search
peek, glimpse, examine, inspect, study, review, see > get, read, show, inspect, details
explain, meaning, mean, means, stand for > explain, describe, help
touched, changed, edited, modified, altered, revised > modified, update, history, changes
chuck, shred, strip, cut, strike, wipe out, dissolve, detach, unlink, unhook, expel, leave, left, quit, drop out, fire > delete, remove
hang, stick, paste, pin, place, lay, drop in, squeeze in > add, attach, insert
wish, request, demand, requirement, want to have > request, need, create
join, joins, joined, enter, enters, admit, invite, enlist > add, member, user
belong, belongs, part of, within, inside of > member, membership, list, parent
contain, contains, containing, include, includes, comprise > contents, get, list
everything, all of it, whole, entire, complete > list, all, get
known, existing, existent, available > list, get
waiting, pending, outstanding, unanswered > list, open, pending
set, assign, give > set, assign, update
reach, must be ready by, by friday, by may, due > milestone, target, date
choose, pick, decide, go for, take the > select, choose
tick, untick, checkbox, radio > select, fill, click
done, over, finished, ended, through > complete, close, finish
bring to, carry, take to, hand to, deliver to > move, transfer, apply
lock, freeze, forbid, block > lock, block, disable
say, says, said, tell, tells, told, mention, talk, speak > message, post, comment, contents
names, called, title, titled > name, rename, title
problem, problems, trouble, wrong, broken, failing > issue, issues, error, errors
remind, recall > memory, reminder
permanently, for good, forever > delete
temporarily, for a while, for now > stash, temporary
back up, backup, safe copy > backup, export, dump, snapshot
size, big, large, heavy > size, storage, sizes
slow, slowly, sluggish, lag, takes ages > performance, explain, slow
quick, quicker, quickly, speed > performance, index
someone, anybody, anyone, everybody, everyone, folks, staff, employees, crew > users, members, user
administrator, administrators, admin, boss > admin, organization
secret, secrets, leaked, stolen, compromised > secret, rotate, key
count, tally > count
yesterday, today, this morning, last week, last month, this year, so far > history, recent, list
before, earlier, former, previous, past, once > history, previous, back
hide, put by, tuck away > stash, archive, save
hand in, turn in, submit > push, submit, create
behind, out of date, outdated, stale, not up to date > update, sync
needs a better, better title, better text, wants changing, must change > update, edit
first, before everything, top of the list > priority
since, lately, so far, in the past, last time > history, log, list, updates
less often, more often, every other > update, schedule, monitor
hooked to, hooked up, plugged into, wired to > integrations, connect
afresh, from scratch > restart, new, init
exactly, precisely > details, get
often, popular, most used, famous > search, list
has anybody, has anyone, did anybody, did anyone > list, get, search
put on the list, on the list of > create, add, issue
kinds of, types of, sorts of > list, types, schemas
`;
