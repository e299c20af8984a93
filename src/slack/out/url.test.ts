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

test('a picture on the public internet is let through', () => {
  for (const address of [
    'https://pbs.example/a.jpg?format=jpg&name=large',
    'http://8.8.8.8/a.png',
    'http://[2606:4700::1111]/a.png',
  ]) {
    assert.equal(imageUrl(address, false), address)
  }
})
