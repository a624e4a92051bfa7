/** Version control, code hosting, and the libraries that code is made of. */
export const code = `
# Version control
repo = repository = project = codebase
checkout = working copy = working tree = worktree
commit = revision = changeset
branch = line of development
who wrote, who touched, who last, last touched, who changed, who is to blame, author of, who added, written by, responsible for, line by line, which line, each line > blame, author, history
what did i change, what have i changed, my changes, what changed, uncommitted, since the last, what is different, my edits > diff, status, changes
which files, changed files, files changed, did i touch, not saved yet, dirty, modified files, not yet committed, untracked > status, files, changes
aside for, put aside, set aside, half done, half finished, unfinished work, for later, on hold, out of the way > stash
earlier versions, past, who did what, what happened, what was done, timeline, log of, changed over time, over time, evolution, changed when, and when > history, log, commits
throw away my, undo my, last commit, forget my last, roll my, back to a clean > reset, revert, undo
lost commit, lost by accident, lost work, accidentally, lost > reflog, recover, restore
side by side, two branches, same time, parallel > worktree
fetch from, push to, where does it come from, origin, server it pushes, address of the repo, upstream > remote
send my commits, send my work, publish my, upload my, share my commits, up to the server > push
bring my, catch up, newest changes, up to date, what others did, others have done, latest from, get the newest, sync > pull, fetch, update
get a copy of, copy of the repo, copy to my machine, onto my machine, to my disk > clone
take over one, just that one, single commit, one commit from, only that commit, pick one > cherry, pick
on top of, replay, linear history, tidy history > rebase
bring together, bring two, unite, put together the branches, back into main, into main > merge
mark a version, label a version, name this version, version number, milestone of the code > tag
start version control, under version control, fresh repository, new repo here > init, repository
make it part of the next, stage, include in the next commit, ready for the next > add, stage
record my work, record my changes, save my work, seal my changes > commit
go over to, work on another branch, jump to branch, other branch > checkout, switch, branch
what does this commit, contents of a commit, what is in this commit > show, commit
files git does not know, files not under, throw out files that > clean, untracked
working folder, which folder to work in, work in this folder, default folder, home folder > working, dir, directory, set
what is new, release notes, list of changes > changelog, log, release

# Code hosting
pull = merge = pr = mr = proposal
pr > pull, request
mr > merge, request
pull request = merge request
proposed change, proposal, suggest a change, offer my change, suggest my change, offer my branch, propose > pull, merge, request
accept the, take in the, let it in, bring in the proposed > merge, approve, accept
approve, thumbs up, sign off, looks good, judge, give a verdict, verdict, opinion on > review, approve
what did reviewers say, reviewers, what was said about the change, remarks on the change, feedback on the > review, comments, reviews
do the checks pass, checks pass, did the checks, tests pass, build green, is it green, ci > status, checks, pull
touched by the proposal, which files does the > files, pull
issue = ticket = bug = task = story
bug, defect, problem, fault, something broken, broken, does not work, complaint, malfunction > issue, bug
report a, report this, raise a, file a, complain, tell the maintainers, ask for a feature, wish > create, issue
reported before, known problem, already known, someone else had, already reported, others had > search, issues
open problems, open tickets, what is open, still open, open bugs > list, issues
maintainers > repository, issue
own copy, my own copy, copy of someone's project, under my account > fork
source of, source code, in the code, where is the function, function is, which code, snippet of code, which projects use, used in code > code, search
somebody's account, account of, who is on github > users, search
hosted, on the server, in the cloud, remotely > github, gitlab, repository
libraries for, projects about, open source project > repositories, search
files in one commit, several files > push, files, multiple
file on github, file in the repo, file from the repo > file, contents, repository
remark, note, reaction, reply, say something about, leave a, weigh in > comment
branch behind main, behind main > update, branch
protect, protected > protection, rule
workflow = pipeline = action = job
build = compile = make
test results, failing test > test, run, report
lint, style check, static analysis, code smell, quality gate > lint, analysis, quality
vulnerability, security hole, leak, cve, advisory > security, alert, vulnerability, scan

# Libraries and documentation
library = package = module = dependency = framework
how do i use, how does one use, how is it used, example of, examples of, usage of, manual for, manual, guide, handbook, tutorial > docs, documentation, query
docs = documentation = reference = manual
documentation of, looking up its, official docs, read up on > docs, documentation, library
identifier, id of, which id, what is it called there > resolve, id, identifier
npm, pip, pypi, crate > package, library
json > schema, structured

# Recording tests
record my clicks, turn my clicks into a test, record what i do, from my actions, write a test from > codegen, session, record

# More ways to say it
revision, version of the code, snapshot of the code > commit
record, recorded, records of work > commit
unrecorded, not recorded, unsaved, not yet recorded > status, uncommitted
line of development, other line, feature line, main line, the line, feature, trunk > branch
release line, that one fix, single fix, one fix > cherry, pick, commit
their code, code on my, project on my, code from, copy of the code > clone, repository
laptop, my machine, my computer, my disk, locally > local, clone, download
begin tracking, track this folder, tracking, version this > init
newest state, latest state, newest version of, current state of the other > rebase, pull, fetch
what i did, my work, work i did > push, commit, diff
what my colleagues, what the others, colleagues did, others did > pull, fetch, log
version number, number this version, release mark > tag
author, authors, authorship, culprit, guilty, to blame > blame, author
mistake, by mistake, wrong commit, oops > reset, revert
who worked on, who has worked, who contributed > log, blame, history, commits
readme, source file, source code, sources, code of that project > file, contents, repository
used, uses, called from, function, class, method, snippet > code, search
own version of their, version of their project, copy of their project > fork
project online, new project, place for my project > create, repository
take my change, my change, include my change > pull, merge, request, create
proposal, proposals, suggestion, contribution > pull, merge, request
objections, critique, criticism, what the reviewers > review, comments
person who reported, reporter, the one who reported > issue, comment
bug report, bug number, problem number, ticket number, number 42 > issue, get
known in this project, problems are known, problems in the project > issues, list
close the bug, close the ticket, close the issue, reopen > update, issue
checks, ci, build status, green, red, passing > status, checks
router, hook of, api of, option of, function of the library > docs, documentation, query
shared copy, common copy, central copy, what we share > remote, push, pull, fetch
fixes, just one of the, only one of the > cherry, pick
edits, my edits, work in progress, drafts > changes, stash, diff
version 2.0, this state, call this state, freeze this state > tag
in this project, project since, since monday > log, commits, history
news of the version, news of the next version, what changed between versions > changelog, release, notes
feature is ready, ready feature, finished feature > merge
popular projects, projects that, other people's projects, programs that > search, repositories
people complain, complaints, what annoys > list, issues
looked at my proposal, looked at my change, read my change, feedback on my change > reviews, pull
proposal is behind, change is behind > update, pull, branch
typo in, spelling mistake, hosted readme > update, file
`;
