import assert from 'node:assert/strict'
import test from 'node:test'
import { imageUrl, webUrl } from './url.ts'

test('only http and https are addresses', () => {
  for (const address of [
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://a.example/',
    'file:///etc/passwd',
    '//a.example',
    'x',
    '',
  ]) {
    assert.equal(webUrl(address), undefined, address)
  }
  assert.equal(webUrl('https://A.example/ä b|c>'), 'https://a.example/%C3%A4%20b|c%3E')
  assert.equal(webUrl(`https://a.example/${'x'.repeat(3000)}`), undefined)
})

test('I8 Slack is never told to fetch a picture from an address inside a network, however it is spelled', () => {
  for (const address of [
    'http://localhost/a.png',
    'http://LOCALHOST./a.png',
    'http://printer/a.png',
    'http://nas.local/a.png',
    'http://metadata.google.internal/a.png',
    'http://127.0.0.1/a.png',
    'http://0x7f.1/a.png',
    'http://2130706433/a.png',
    'http://0/a.png',
    'http://10.1.2.3/a.png',
    'http://172.31.0.1/a.png',
    'http://192.168.1.1/a.png',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1/a.png',
    'http://[::1]/a.png',
    'http://[::]/a.png',
    'http://[::ffff:10.0.0.1]/a.png',
    'http://[fd00::1]/a.png',
    'http://[fe80::1]/a.png',
    'http://[64:ff9b::a00:1]/a.png',
  ]) {
    assert.equal(imageUrl(address, false), undefined, address)
    assert.notEqual(imageUrl(address, true), undefined, `${address} is fine in the demo`)
  }
})

test('I8 nor in spellings that only some programs understand', () => {
  for (const address of [
    'http://0177.0.0.1/a.png',
    'http://0x7f000001/a.png',
    'http://017700000001/a.png',
    'http://127.1/a.png',
    'http://127.0.0.1./a.png',
    'http://127.0.0.1:8080/a.png',
    'http://user:pass@127.0.0.1/a.png',
    'http://public.example@127.0.0.1/a.png',
    'http:127.0.0.1/a.png',
    'http:\\\\127.0.0.1\\a.png',
    'http://①②⑦.⓪.⓪.①/a.png',
    'http://127。0。0。1/a.png',
    'http://１６９．２５４．１６９．２５４/a.png',
    'http://2852039166/a.png',
    'http://0xa9fea9fe/a.png',
    'http://169.254.169.254./latest/meta-data',
    'http://[::ffff:127.0.0.1]/a.png',
    'http://[::ffff:7f00:1]/a.png',
    'http://[0:0:0:0:0:ffff:a9fe:a9fe]/a.png',
    'http://[::7f00:1]/a.png',
    'http://[64:ff9b::7f00:1]/a.png',
    'http://[2002:7f00:1::]/a.png',
    'http://localhost。/a.png',
    'http://LOCALHOST/a.png',
    'http://a.localhost/a.png',
    'http://ｌｏｃａｌｈｏｓｔ/a.png',
    'http://localhost.localdomain/a.png',
    'http://ip6-localhost/a.png',
    'http://router.home.arpa/a.png',
    'http://1.0.0.127.in-addr.arpa/a.png',
    'http://nas.local./a.png',
    '\thttp://127.0.0.1/a.png',
    'http://127.0.\n0.1/a.png',
  ]) {
    assert.equal(imageUrl(address, false), undefined, JSON.stringify(address))
  }
})

test('an address that hides where it leads behind a user name is no link and no picture', () => {
  for (const address of [
    'https://bank.example@evil.example/',
    'https://user:pass@evil.example/a.png',
    'https://user@evil.example',
  ])
    assert.equal(webUrl(address), undefined, address)
  assert.equal(webUrl('https://medium.example/@somebody'), 'https://medium.example/@somebody')
})

test('of what is not http(s) nothing is left, whatever stands before the colon', () => {
  for (const address of [
    'JavaScript:alert(1)',
    'java\nscript:alert(1)',
    ' javascript://a.example/%0aalert(1)',
    'data:image/png;base64,AAAA',
    'blob:https://a.example/1',
    'view-source:https://a.example',
    'slack://open',
    'https',
    'https:',
    'https://',
    'http://:80/',
    'http://[::1',
    'http://a b.example/',
    'http://1.2.3.4.5/',
    'http://256.1.1.1/',
  ])
    assert.equal(webUrl(address), undefined, JSON.stringify(address))
})

test('a picture on the public internet is let through', () => {
  for (const address of [
    'https://pbs.example/a.jpg?format=jpg&name=large',
    'http://8.8.8.8/a.png',
    'http://[2606:4700::1111]/a.png',
  ]) {
    assert.equal(imageUrl(address, false), address)
  }
})
