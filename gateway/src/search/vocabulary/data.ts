/** Files, databases, sheets, remembered facts. */
export const data = `
# Files
file = document = doc
folder = directory = dir
what is in that document, what is in this file, contents of a file, what does the file say, text of the file, read out > read, file, text, contents
several files together, both files, these files, all these files > read, multiple, files
picture file, show the picture, look at the photo, sound file, photo on my disk, music file > media, file, read, image, audio
what is in this folder, what is in here, in this folder, folder contain, things in here, what do i have in > list, directory
take the most space, most space, biggest files, what takes the space, take up, fills my disk, large files, heavy files > sizes, size, list, directory
hierarchy, nested, everything below, all levels, with all subfolders, below this folder, outline of the folder > tree, directory, recursive
hierarchy = tree = structure
saved somewhere, where did i put, where did i save, somewhere on my disk, lost file, cannot find my > search, files, find
on my disk, on my computer, on disk, on my machine, local disk, hard drive > file, files, directory
replace one line, change a line, change one line, replace a word, one passage, without rewriting, small change in > edit, file
put text into a file, save this text, save as a file, write to disk, new text file, store this text, make a text file > write, file
make a folder, new folder, folder for > create, directory
give the file another, put the file elsewhere, into another folder, to another folder, put the file into > move, rename, file
when was it changed, how old is, last modified, how big is the file, size of the file, facts about the file, about this file > file, info, metadata
which folders may you, may you look, where are you allowed, may you read, may you see, are you allowed, what can you access > allowed, directories, list
zip, pack, bundle, compressed > archive, zip, compress
unpack, unzip > extract, unzip

# Databases
database = db = store
db > database
mongo > mongodb
postgres, mysql, sqlite, sql, relational > sql, query, database, table
collection = table
document = record = row = entry
rows where, entries where, records where, which customers, look up in the database, all orders where, fetch documents, all documents where > find, query, filter
sum of, sums, average of, totals, by month, per month, per country, per customer, grouped by, group by, per year, by category > aggregate, aggregation, group, pipeline
how many documents, how many customers, how many entries, how many rows, number of entries > count
faster, speed up, make lookups, quick lookups, lookups > index, create-index, performance
which indexes, what speeds up, quick access paths > indexes
why is this query slow, query slow, how is the query run, slow query, takes long, what does the database do with > explain, plan, execution
how much space, disk space, space does, room does, takes up, storage > storage, size, stats
space does the database, about the database as a whole > db-stats, database, stats
space does the collection > collection, storage, size
fields of the documents, shape of the documents, which fields do documents, structure of the collection, what do documents look like > schema, collection, fields
which databases, databases are there > databases, list
which collections, collections are there, tables are there, which tables, kinds of documents > collections, tables, list
as a file, to a file, into a file, dump, take home > export, download
add documents, put documents, put customers, put records into, load the data into > insert, documents
change all documents, for all documents, set for all, every document, all customers to > update-many, update, many
purge all, every one that, those that match > delete-many, delete, many, filter
throw away the collection, whole collection, entire collection > drop, collection
whole database, entire database, throw away the database > drop, database
no longer need the index > drop, index
log in to the database, open the database, open a connection, link up, which server to use > connect, connection
close the connection, leave the database, hang up > disconnect, close
open connections, which connections > connections, list
messages of the database server, what did the database server > logs, mongodb
database on my own machine, local database, try out database, run a database here > local, deployment
transaction = commit

# Sheets
sheet = spreadsheet = table = airtable
spreadsheet, excel, google sheets, worksheet, workbook, airtable sheet > table, sheet, airtable
row = record = entry = line
column = field = property
cell = value = range
add a row, new row, another row, put a row, new line in the sheet > create, record
add a column, new column, another column > create, field
column be called, rename the column, column another name > update, field
what columns, which columns, columns does, how is the sheet built > describe, table, schema, fields
all rows, show the rows, rows in, rows of > list, records
one row, that row, this row > get, record
rows with, rows that mention, rows that contain, rows about > search, records
change the rows, change a row, change these rows, correct a row > update, records
throw out rows, rows out, throw out these > delete, records
sheets are there, which sheets, tables in the > tables, list
which bases, workspaces do i have, my bases > bases, list
rename the sheet, sheet be called, sheet another name > update, table
remark on the row, note on a row > comment, record
remarks on the row, said about the row > comments, list
picture to the row, file to the row, hang a file on, put a file on the row, add a file to > attachment, upload, attach
formula = calculation

# What is remembered
memory = knowledge = graph
remember = memorize = store
remember, keep in memory, have in memory, you remember, you know, do you know, note about, know of, keep that, keep this > memory, knowledge, graph, entity, observation
one more fact, another fact, also know that, fact about, note one more, learn that, new about > observations, add, fact
fact = observation
works at, married, is the boss of, brother, sister, friend of, lives in, is part of, belongs to, knows, son, daughter, reports to > relation, relations, create
new person, somebody new, remember a person, new acquaintance, remember the company, met somebody > entities, create, entity
everything that you have, everything you know, all you know, whole memory, everything in memory, all that you remember, entire memory > read, graph
do you know anything about, what do you remember about, anything in memory about, do you remember > search, nodes
tell me what you know about, what you noted about, noted about > open, nodes
forget the person, forget everything about, forget somebody, forget the company > delete, entities
forget the fact, that fact is wrong, is not true any more, no longer true, wrong note > delete, observations
no longer works at, not married any more, do not belong together, no longer friends, no longer belongs > delete, relations
node = entity
edge = relation = relationship
think it through, think about, step by step, reason about, puzzle, ponder, think hard, think first, brainstorm, complicated problem, figure out, work out a plan > thinking, thought, sequential, reasoning

# More ways to say it
notes.txt, report.pdf, txt, text file, lines into, these lines > file, write
downloads, desktop, my documents, home directory > directory, list, files
place for my, place on the disk > create, directory
call the report, called something else, something else > rename, move, file
last touched, age of > file, info, modified
three documents, two documents, documents together, together > multiple, files, read
photo, photos, jpg, png, mp3 > media, image, file
pdf, spreadsheet, letter, invoice i saved, saved > file, files
biggest, largest, space > size, sizes
levels, nested, subfolders > tree, directory
orders, customers, products, users in the database > documents, find, collection
live in, older than, cheaper than, more than, above, below 100, equal to > find, filter, query, search
average, mean value, minimum, maximum, sum, totals, ranking, top ten, most sold > aggregate
put people, put these people, these people into, feed, load into > insert
set the country, set the field, of all customers, all of them to > update, many
mongo documents, documents have, fields do > schema, collection, fields
lookups quick, quick already, fast already > indexes, index
old collection, empty the collection > drop, delete, collection
which airtable, airtable databases, do i own > bases, list
sheets are in, sheets in, tabs of > tables, list
rows mention, mention > search, records
correct the phone, correct the number, in the row > update, records
photo into the row, into the airtable row, pdf to the row > attachment, upload
everything in the sheet, everything in the airtable > list, records
kind of column, type of column > field, schema
met a new, keep her in mind, keep him in mind, in mind, somebody called > entity, entities, create, memory
know about, you know about, remember about > nodes, search, open
no longer true, not true, untrue, mistaken, false > delete, observations
forget > delete, memory, entities
left the company, broke up, divorced, moved away from > delete, relations
likes, hates, prefers, favourite, birthday, lives in > observation, observations, add
boss of, works for, employed, colleague of, parent of > relation, relations
letter, letters, poem, essay, recipe, list for shopping, text, cv, thesis > file, text
keep this, save this, store this > write, file, save
on this computer, my computer, my pc, my papers, my letters > files, file, search
swap a word, swap, change a word > edit, file
other folder, another folder, different folder > move, file, directory
stored, is stored, are stored, kept in > list, collections, schema
test data, can go, can go completely > drop, delete
not needed, superfluous, useless, unused > drop, delete, remove
report lately, reported lately, say lately > logs
average price, price for each, for each country, for each > aggregate
become, grown, how big have > size, storage, stats
on the other server, use the other server, other database server > connect
another sheet, start another sheet, new sheet > create, table
column should be called, column called > update, field
colleagues note, note on the row, notes on the row > comments, list
drink, likes tea, loves, hobby, allergic > observations, add
brother of, sister of, mother of, father of, friend, wife, husband, cousin > relations, create, relation
who was, who is that > nodes, open, search
`;
