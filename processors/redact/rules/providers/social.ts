// Secrets of social networks, identity and personal devices: who holds one is somebody.

import { named, prefixed } from '../make.ts'
import { alnum, alphabet, base64url, digits, hex, lower, oneOf, parts, upper } from '../secret.ts'
import { calledSecret, credentials, isolated, looksRandom, uuids } from './rows.ts'
import type { Rule } from '../../rule.ts'

const byPrefix: readonly Rule[] = [
  isolated('facebook_token', 'eaa', parts('EAA', alnum(80, 400))),
  isolated('instagram_token', ['igq', 'igaa'], parts(oneOf('IGQ', 'IGAA'), alphabet('A-Za-z0-9_.-')(60, 300))),
  isolated('threads_token', 'thaa', parts('THAA', alnum(80, 300))),
  // developers.facebook.com: an app's id, a bar, its secret in another form
  isolated('facebook_app_token', ['facebook', 'fb_app'], parts(digits(13, 17), '|', base64url(27, 28))),
  isolated('twitter_bearer_token', 'aaaaaaaaaaaaaaaaaaaa', parts('AAAAAAAAAAAAAAAAAAAA', alphabet('A-Za-z0-9%')(60, 120)), looksRandom),
  prefixed('linkedin_secret', ['WPL_AP1.'], alphabet('A-Za-z0-9.+/=').from(16)),
  isolated('linkedin_token', ['aqu', 'aqv', 'aqw', 'aqx'], parts(oneOf('AQU', 'AQV', 'AQW', 'AQX'), base64url(150, 500))),
  prefixed('google_refresh_token', ['1//0'], base64url.from(36)),
  prefixed('google_auth_code', ['4/0A'], base64url.from(60)),
  prefixed('tiktok_token', ['act.', 'rft.'], alphabet('A-Za-z0-9!').from(60)),
  prefixed('twitch_oauth_token', ['oauth:'], lower(30), { valid: looksRandom }),
  isolated('spotify_token', 'spotify', parts(oneOf('BQ', 'AQ'), base64url(150, 400))),
  prefixed('foursquare_key', ['fsq3'], alphabet('A-Za-z0-9+/=').from(40)),
  prefixed('pinterest_token', ['pina_', 'pinr_'], alphabet('A-Za-z0-9').from(40)),
  prefixed('riot_key', ['RGAPI-'], alphabet('A-Za-z0-9-').from(30)),
  prefixed('vk_token', ['vk1.a.'], base64url.from(80)),
  prefixed('roblox_cookie', ['_|WARNING:-DO-NOT-SHARE-THIS.'], parts(alphabet('A-Za-z0-9 .,!|_-')(40, 200), alphabet('A-F0-9').from(100))),
  prefixed('adafruit_key', ['aio_'], alnum(28)),
  prefixed('ubidots_key', ['BBFF-', 'BBUS-'], alnum.from(30)),
  prefixed('samsara_token', ['samsara_api_'], alnum.from(28)),
  prefixed('thethingsnetwork_key', ['NNSXS.'], parts(upper(39), '.', upper(52))),
]

const byName: readonly Rule[] = [
  ...credentials([
    'acrcloud', 'angel_co', 'angellist', 'app_store_shared', 'apple_shared', 'appstore_shared', 'arduino_iot', 'audd_', 'bandsintown', 'battlenet',
    'bit_ly', 'blizzard', 'blynk', 'bungie', 'dailymotion', 'deezer', 'discogs', 'disqus', 'douyin', 'dribbble', 'ecobee', 'eventbrite', 'facebook',
    'faceit', 'fb_app', 'fb_client', 'fb_secret', 'fitbit', 'foursquare', 'garmin', 'genius_access', 'genius_api', 'genius_client', 'genius_token',
    'gfycat', 'giantbomb', 'goodreads', 'google_client', 'google_oauth', 'googleusercontent', 'hootsuite', 'hue_bridge', 'instagram', 'instapaper',
    'intra_42', 'itunes_shared', 'kakaotalk', 'kuaishou', 'last_fm', 'letterboxd', 'line_login', 'losant', 'mastodon', 'medium_api',
    'medium_integration', 'medium_token', 'meetup_api', 'mixcloud', 'musixmatch', 'naver', 'netatmo', 'oura_', 'particle_io', 'patreon',
    'philips_hue', 'playfab', 'pocket_consumer', 'qq_app', 'ravelry', 'runkeeper', 'shazam', 'smartthings', 'snapchat', 'songkick', 'soundcloud',
    'spotify', 'steam_api', 'steam_key', 'steam_web', 'steamcommunity', 'steampowered', 'strava', 'thingspeak', 'tik_tok', 'trakt', 'trovo', 'tumblr',
    'tuya_', 'twitch', 'twitter', 'untappd', 'viadeo', 'weheartit', 'weibo', 'whatsapp', 'whoop_api', 'withings', 'xbox_live', 'xing_api', 'yelp',
    'zalo_',
  ]),
  ...uuids([
    'battlemetrics', 'govee', 'homey_api', 'hypixel', 'smart_things', 'tracker_gg',
  ]),
  named('twitter_access_token', ['twitter', 'access_token'], parts(digits(8, 20), '-', alnum(30, 45))),
  named('linkedin_key', ['linked_in'], alnum(14, 16), { strict: true, valid: calledSecret }),
  named('twitch_stream_key', 'twitch', parts('live_', digits(6, 12), '_', alnum(24, 40))),
  named('reddit_secret', 'reddit', base64url(24, 32), { strict: true, valid: calledSecret }),
  named('flickr_secret', 'flickr', hex(16), { strict: true, valid: calledSecret }),
  named('apple_app_password', ['apple_app', 'app_specific', 'icloud_app'], parts(alphabet('a-z')(4), '-', alphabet('a-z')(4), '-', alphabet('a-z')(4), '-', alphabet('a-z')(4)), {
    strict: true, finds: ['APPLE_APP_PASSWORD=qwvx-zkjh-pmbt-ryfd'],
  }),
  named('bluesky_app_password', ['bluesky', 'bsky', 'atproto'], parts(lower(4), '-', lower(4), '-', lower(4), '-', lower(4)), {
    strict: true, finds: ['BLUESKY_APP_PASSWORD=a2b3-c4d5-e6f7-g8h9'],
  }),
  named('buffer_token', ['buffer_access', 'buffer_api', 'bufferapp'], parts(digits(1), '/', hex(32))),
  named('lifx_token', 'lifx', parts('c', hex(63))),
  named('nest_token', ['nest_token', 'nest_access'], parts('c.', alnum.from(80))),
]

export const rules: readonly Rule[] = [...byPrefix, ...byName]
