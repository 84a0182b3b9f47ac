import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.Date;

import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.jmrtd.lds.CardSecurityFile;
import org.jmrtd.lds.SODFile;

/** Passive authentication by Bouncy Castle: signature, signer, country. */
final class Signed {
    private static final String LDS_SECURITY_OBJECT = "2.23.136.1.1.1";
    private static final String SECURITY_OBJECT = "0.4.0.127.0.7.3.2.1";

    private Signed() {
    }

    static void document(byte[] sod, Order order) throws Exception {
        new SODFile(new ByteArrayInputStream(sod)).getDocSigningCertificate().checkValidity();
        try (ASN1InputStream in = new ASN1InputStream(sod)) {
            byte[] signed = ((ASN1TaggedObject) in.readObject()).getBaseObject().toASN1Primitive().getEncoded();
            check(signed, LDS_SECURITY_OBJECT, order);
        }
    }

    static void cardSecurity(byte[] file, Order order) throws Exception {
        Wrong.unless(!new CardSecurityFile(new ByteArrayInputStream(file)).getSecurityInfos().isEmpty(),
                "EF.CardSecurity says nothing");
        check(file, SECURITY_OBJECT, order);
    }

    static byte[] contents(byte[] signed) throws Exception {
        return (byte[]) new CMSSignedData(signed).getSignedContent().getContent();
    }

    private static X509CertificateHolder csca(Order order) throws IOException {
        return new X509CertificateHolder(Files.readAllBytes(order.file("csca.cer")));
    }

    private static void isSigned(X509CertificateHolder certificate, X509CertificateHolder by, String who) throws Exception {
        Wrong.unless(certificate.isSignatureValid(new JcaContentVerifierProviderBuilder().setProvider("BC").build(by)),
                who + " is not signed by " + by.getSubject());
        Wrong.unless(certificate.getIssuer().equals(by.getSubject()), who + " names another issuer");
        Wrong.unless(certificate.isValidOn(new Date()), who + " is not valid today");
    }

    @SuppressWarnings("unchecked")
    private static void check(byte[] bytes, String type, Order order) throws Exception {
        CMSSignedData signed = new CMSSignedData(bytes);
        Wrong.unless(signed.getSignedContentTypeOID().equals(type), "signed content is " + signed.getSignedContentTypeOID());
        Collection<SignerInformation> signers = signed.getSignerInfos().getSigners();
        Wrong.unless(signers.size() == 1, signers.size() + " signers");
        SignerInformation signer = signers.iterator().next();
        Collection<X509CertificateHolder> found = signed.getCertificates().getMatches(signer.getSID());
        Wrong.unless(found.size() == 1, found.size() + " certificates of the signer");
        X509CertificateHolder ds = found.iterator().next();
        Wrong.unless(signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(ds)), "wrong signature");
        isSigned(csca(order), csca(order), "csca.cer");
        isSigned(ds, csca(order), "the signer");
        X509CRLHolder crl = new X509CRLHolder(Files.readAllBytes(order.file("csca.crl")));
        Wrong.unless(crl.isSignatureValid(new JcaContentVerifierProviderBuilder().setProvider("BC").build(csca(order))),
                "csca.crl is not signed by csca.cer");
        Wrong.unless(crl.getRevokedCertificate(ds.getSerialNumber()) == null, "the signer is revoked");
    }
}
