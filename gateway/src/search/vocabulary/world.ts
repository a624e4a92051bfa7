/** Places, time, money, media, designs. */
export const world = `
# Places
map = place = location
coordinates = location = geocode = latitude
coordinates of, where on the map, latitude, longitude, position of, position on the map > geocode, coordinates, address
which address is at, what is at this point, which street is at, address of these coordinates, what address, street at > reverse, geocode, address, coordinates
drive from, how do i get from, way from, way to, route, walk from, cycle from, by car, by train, by bike, on foot, get to the station, how do i get to, how do i reach > directions, route, maps
travel times, how long does it take from, how far is, distance between, far apart, how long to drive, between all our, journey time, commute > distance, matrix, time, travel
how high, height of, altitude, above sea level, sea level, height above, mountain, hill > elevation
phone number of the restaurant, reviews of the restaurant, opening hours, when does the shop open, when does it close > place, details
restaurants = places = businesses
weather = forecast = temperature = climate
how hot, how cold, will it rain, umbrella, sunny, how warm, wind, snow, rain, degrees outside, hot outside > weather, forecast, temperature
flight = plane = airline
hotel = accommodation = stay = lodging
trip, journey, vacation, holiday, travel > travel, trip, booking

# Time and numbers
what time is it, time in, time of day, clock, o'clock, time difference > time, timezone, current
timezone = time zone = time
calculate, add up, multiply, percent, arithmetic, compute, sum, how much is > calculate, math, compute
convert currency, in dollars, in euros, exchange rate > currency, exchange, convert
unit = measure
random, dice, pick a number > random

# Money
stock, share price, shares, stock market, ticker, dividend > stock, quote, price, market
price = cost = quote
crypto, bitcoin, ethereum, coin > crypto, price
bank, balance, how much money, account statement > account, balance, transactions
invoice, bill, charge a customer > invoice, payment
tax = vat

# Media
image = picture = photo = illustration
video = clip = film = movie
audio = sound = music = speech = voice
paint, draw, make a picture, make an image, picture from text > generate, image
read aloud, say aloud, voice, text to speech > speech, tts, audio, voice
subtitles, captions, what is said in the video, words of the video > transcript, captions, subtitles
song, play music, playlist, album > track, playlist, play
translate, in german, in french, into english, other language > translate, language

# Designs and diagrams
design, mockup, layout, sketch, wireframe, drawing > figma, design, data
icons, icon, logo, graphics of the design, pictures of the design, artwork > images, image, download, svg, figma
how is the screen laid out, what does the design look like, measures of the design, colors of the design, what is in the design > figma, data, layout
diagram = chart = flowchart = graph
slide, slides, presentation, deck, powerpoint > presentation, slide
smart home, lights, lamp, thermostat > light, device, home
model = llm = ai

# More ways to say it
street, streets, house number, postcode, zip code > address, geocode
point, spot, gps, position > coordinates, reverse, geocode
museum, restaurant, pizzeria, shop, bar, school, station, gym, pub, doctor, supermarket, cinema, theatre > place, places, local
near, nearby, around, close by, next to > local, places, nearby
open on sunday, opens, closes, opening, reviews, rating, ratings, stars > place, details
hill, mountain, peak, sea, meters above, altitude > elevation
road, roads, way, drive, walk, ride, navigate to, trip from > directions, route
how long, minutes from, hours from, far, farther, nearest, closest > distance, matrix, duration
laid out, layout, colors, fonts, frames, artboard > figma, design, layout, data
eat, sushi, pizza, coffee, lunch, dinner, drink, shopping, haircut, park > places, place, local
airport, on foot, by bus, turn by turn > directions, route
nearest to each, each of our, from each, between each > distance, matrix
on earth, in the world > geocode, coordinates
somewhere, somewhere to, a place to, where can i > places, search, place
`;
