/** Every word of the page about trusting the server's certificate, in English. */
export const trustEn = {
  title: 'Trust this server',
  lead: 'This server made its certificate itself, so browsers warn of it. Tell a device once to trust it, and the warning is gone; calls can then ring while no page is open.',
  before:
    'Do this only if you know who runs this server. It can vouch for names and addresses of its own network, and for no other website.',
  download: 'Download the certificate',
  compare: 'Compare before you trust',
  compareHint:
    'The device shows this fingerprint (SHA-256). It must be the one that the server printed when it was started:',
  fingerprint: 'Fingerprint',
  name: 'Name',
  until: (date: string) => `Valid until ${date}`,
  copy: 'Copy',
  otherDevice: 'On a phone or tablet',
  otherDeviceHint:
    'Scan this with its camera, or type the address. It must be in the same network.',
  qr: (address: string) => `QR code of ${address}`,
  steps: 'How to install it',
  thisDevice: 'This device',
  open: 'Open Duet',
  openHint: 'When it is done, open this address. There should be no warning.',
  systems: {
    ios: {
      name: 'iPhone, iPad',
      steps: [
        'Open this page in Safari, press “Download the certificate”, and allow the profile.',
        'Open Settings, press “Profile Downloaded” at the top, then “Install”.',
        'Go to Settings, General, About, Certificate Trust Settings, and switch it on there.',
      ],
    },
    android: {
      name: 'Android',
      steps: [
        'Press “Download the certificate”.',
        'Open Settings and search for “CA certificate” (Security, More security settings, Encryption & credentials, Install a certificate).',
        'Choose “CA certificate”, “Install anyway”, and the downloaded file.',
        'Firefox for Android: open its settings, About Firefox, press the logo five times, go back, and switch on “Use third party CA certificates” under Secret Settings.',
      ],
    },
    windows: {
      name: 'Windows',
      steps: [
        'Download the certificate and open the file.',
        'Press “Install Certificate”, choose “Current User”, then “Place all certificates in the following store”.',
        'Choose “Trusted Root Certification Authorities”, finish, and confirm the fingerprint. Start the browser again.',
      ],
    },
    macos: {
      name: 'macOS',
      steps: [
        'Download the certificate and open the file; it is added to the keychain “login”.',
        'Open Keychain Access, find the certificate by its name, and open it.',
        'Under “Trust” choose “Always Trust”, and close the window.',
      ],
    },
    linux: {
      name: 'Linux',
      steps: [
        'Chrome, Chromium: open chrome://certificate-manager, “Custom”, “Trusted certificates”, “Import”, and choose the downloaded file.',
        'Whole system, Debian or Ubuntu: copy the file to /usr/local/share/ca-certificates/ and run “sudo update-ca-certificates”; browsers don’t look there.',
      ],
    },
    firefox: {
      name: 'Firefox on a computer',
      steps: [
        'Press “Download the certificate”: Firefox asks at once. Choose “Trust this CA to identify websites”.',
        'If it only saved the file: Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import.',
      ],
    },
  },
  removal: 'To take it back, delete the certificate in the same place.',
  nothingTitle: 'Nothing to do',
  nothing: 'Browsers trust the certificate of this server already.',
}

/** What a language has to say of it. */
export type TrustWords = typeof trustEn
