*** Settings ***
Documentation       The procedure with Robot Framework Browser, as somebody who knows it writes it.
Library             Browser    timeout=15s
Library             con_robot_framework.Turno

*** Variables ***
${FORM}             iframe[name=contenido] >>>

*** Tasks ***
Radicar
    New Browser    chromium    headless=True    executablePath=%{BENCH_NAVEGADOR}
    New Page    %{BENCH_URL}
    Fill Text    [name=usuario]    %{BENCH_USUARIO}
    Fill Secret    [name=clave]    %BENCH_CLAVE
    Click    text=Ingresar
    Wait For Elements State    text="PQR"    visible
    Listo
    WHILE    True    limit=NONE
        ${pedido} =    Esperar Pedido
        IF    $pedido is None    BREAK
        Radicar Uno    ${pedido}
    END

*** Keywords ***
Radicar Uno
    [Arguments]    ${pedido}
    Hover    text="PQR"
    Click    text="TRÁMITE"
    Get Property    ${FORM} [name=zona]    value    ==    ${EMPTY}
    Select Options By    ${FORM} [name=zona]    value    FLORENCIA
    Wait For Condition    Selected Options    ${FORM} [name=zona]    value    ==    FLORENCIA
    Wait For Elements State    ${FORM} [name=medio]    enabled
    Select Options By    ${FORM} [name=medio]    value    PERSONAL
    Fill Text    ${FORM} [name=suscriptor]    ${pedido.suscriptor}
    Keyboard Key    press    Enter
    Get Property    ${FORM} [name=nombre_suscriptor]    value    !=    ${EMPTY}
    Fill Text    ${FORM} [name=tercero]    ${pedido.cedula}
    Keyboard Key    press    Enter
    Get Property    ${FORM} [name=nombre_tercero]    value    !=    ${EMPTY}
    Select Options By    ${FORM} [name=servicio]    value    ALCANTARILLADO
    Select Options By    ${FORM} [name=tipo]    value    PETICIÓN INTERNA
    Select Options By    ${FORM} [name=causal]    value    VISITA DOMICILIARIA
    Fill Text    ${FORM} [name=observacion]    ${pedido.observacion}
    Handle Future Dialogs    action=accept
    Click    ${FORM} text=Guardar
    ${radicado} =    Get Text    ${FORM} b
    Guardado    ${radicado}
    Click    ${FORM} [title=Imprimir]
    Click    ${FORM} text=Solicitud de trámite
    Switch Page    NEW
    ${documento} =    Save Page As Pdf    ${OUTPUT_DIR}${/}solicitud.pdf
    Close Page
    Terminado    ${documento}
