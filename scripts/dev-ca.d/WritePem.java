import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** Writes what keytool has made as PEM, which it does for certificates but not for private keys. */
public final class WritePem {
    private static final String CA = "ca";

    private WritePem() {}

    /** @param arguments the key store, the folder to write to, and the names of the nodes */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        Path folder = Path.of(arguments[1]);
        char[] password = System.getenv("DEV_CA_PASSWORD").toCharArray();
        KeyStore store = KeyStore.getInstance(Path.of(arguments[0]).toFile(), password);
        Files.writeString(folder.resolve("ca.pem"), certificate(store, CA));
        for (String name : List.of(arguments).subList(2, arguments.length)) {
            Files.writeString(
                    folder.resolve(name + ".certificate.pem"), certificate(store, name), StandardOpenOption.CREATE_NEW);
            Files.writeString(
                    folder.resolve(name + ".key.pem"),
                    pem("PRIVATE KEY", store.getKey(name, password).getEncoded()),
                    StandardOpenOption.CREATE_NEW);
        }
    }

    private static String certificate(KeyStore store, String alias) throws GeneralSecurityException {
        return pem("CERTIFICATE", store.getCertificate(alias).getEncoded());
    }

    private static String pem(String kind, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }
}
