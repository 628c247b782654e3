package io.trolleybus.chassis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server shows of itself and proves it with, as two PEM files hold it. They are tried when they are read, since
 * a peer that refuses them says little of why. Reading blocks.
 *
 * @param certificates the own one, then those between it and its CA, as PEM
 * @param key its private key, PKCS#8
 * @param chain the certificates, read
 */
public record PemIdentity(String certificates, String key, List<X509Certificate> chain) {
    /** In the place of a path it may be a private key, which must not be repeated in what is said of it. */
    private static final String PEM_BEGIN = "-----BEGIN";

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** The kinds of key that Vert.x reads, with a signature for each. */
    private static final List<KeyKind> KEY_KINDS =
            List.of(new KeyKind("EC", "SHA256withECDSA"), new KeyKind("RSA", "SHA256withRSA"));

    private record KeyKind(String algorithm, String signature) {}

    /** A file, and the setting that names it. */
    public record Source(String setting, String path) {
        /** @throws IllegalArgumentException naming the setting if the file cannot be read */
        public String read() {
            if (path.contains(PEM_BEGIN)) {
                throw new IllegalArgumentException(setting + " must be the path of a file, not what the file holds");
            }
            try {
                return Files.readString(Path.of(path));
            } catch (NoSuchFileException missing) {
                throw wrong("does not exist", missing);
            } catch (IOException | InvalidPathException unreadable) {
                throw wrong("cannot be read: " + unreadable, unreadable);
            }
        }

        /** @throws IllegalArgumentException naming the setting if the file's text holds none */
        public List<X509Certificate> certificates(String pem) {
            try {
                List<X509Certificate> found = CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                        .stream()
                        .map(X509Certificate.class::cast)
                        .toList();
                if (!found.isEmpty()) {
                    return found;
                }
            } catch (CertificateException malformed) {
                throw wrong("is not a certificate in PEM form", malformed);
            }
            throw wrong("holds no certificate in PEM form", null);
        }

        /** What to throw when the file is not as it should be. */
        public IllegalArgumentException wrong(String what, @Nullable Exception cause) {
            return new IllegalArgumentException(setting + " " + path + " " + what, cause);
        }
    }

    /**
     * @throws IllegalArgumentException naming the setting whose file is missing or unreadable, or holds what does not
     *     fit the other or is not valid now
     */
    public static PemIdentity read(Source certificate, Source key) {
        String certificates = certificate.read();
        String privateKey = key.read();
        List<X509Certificate> chain = certificate.certificates(certificates);
        requireValidNow(certificate, chain.get(0));
        requireKeyOf(chain.get(0), certificate, privateKey, key);
        return new PemIdentity(certificates, privateKey, chain);
    }

    private static void requireValidNow(Source source, X509Certificate own) {
        try {
            own.checkValidity();
        } catch (CertificateExpiredException expired) {
            throw source.wrong("has expired, on " + own.getNotAfter().toInstant(), expired);
        } catch (CertificateNotYetValidException early) {
            throw source.wrong("is not valid before " + own.getNotBefore().toInstant(), early);
        }
    }

    private static void requireKeyOf(X509Certificate own, Source certificate, String pem, Source key) {
        Matcher found = PKCS8.matcher(pem);
        if (!found.find()) {
            throw key.wrong("holds no private key in PKCS#8 form (BEGIN PRIVATE KEY)", null);
        }
        KeyKind kind = KEY_KINDS.stream()
                .filter(known -> known.algorithm.equals(own.getPublicKey().getAlgorithm()))
                .findFirst()
                .orElseThrow(() -> certificate.wrong("must be for a key of the kind EC or RSA", null));
        boolean belongs;
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(found.group(1));
            PrivateKey privateKey =
                    KeyFactory.getInstance(kind.algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            belongs = isPair(privateKey, own, kind.signature);
        } catch (InvalidKeySpecException otherKind) {
            belongs = false;
        } catch (GeneralSecurityException impossible) {
            throw key.wrong("cannot be used: " + impossible.getMessage(), impossible);
        }
        if (!belongs) {
            throw key.wrong("does not belong to " + certificate.setting, null);
        }
    }

    private static boolean isPair(PrivateKey key, X509Certificate own, String algorithm)
            throws GeneralSecurityException {
        byte[] text = own.getEncoded();
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(own.getPublicKey());
        signature.update(text);
        return signature.verify(signed);
    }

    /** Without the key, so that it can be logged. */
    @Override
    public String toString() {
        return "PemIdentity";
    }
}
